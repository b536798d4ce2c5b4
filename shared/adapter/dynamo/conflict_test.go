package dynamo_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/aws/dynamodb"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/use/revoke"
)

// A revocation that others are in the way of comes through, or is an error: it is never said to hold while it does not.
func TestARevocationHoldsOrIsAnErrorWhateverIsInItsWay(t *testing.T) {
	t.Parallel()
	c, store, ids := owned(t, 2)
	revoker := revoke.New(store, queue.New(sqs.NewFromConfig(c.Config), c.Queue("background")), c.Clock.Now)
	m := revoke.Many{Owner: hers, Credentials: ids, Job: "view:V:1"}
	for _, conflicts := range []int{7, 1, 0} { // a transaction is tried five times
		c.DynamoDB().Switch(dynamodb.Switches{Conflicts: conflicts})
		o, err := revoker.Several(t.Context(), store, m)
		for _, id := range ids {
			if ended := owns(t, store, id).State == credential.Revoked; err == nil && !ended {
				t.Errorf("with %d conflicts %s is said to be revoked, and works", conflicts, id)
			}
		}
		if failed := conflicts == 7; failed != (err != nil) || !failed && len(o.Revoked) != 2 {
			t.Errorf("with %d conflicts: got %d revoked, %v", conflicts, len(o.Revoked), err)
		}
	}
}
