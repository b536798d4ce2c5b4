package e2e

import (
	"net/http"
	"slices"
	"testing"

	"github.com/apppass/apppass/infra/local/world"
)

// byLambda are the actions that the role needs for Lambda's own polling of the queues.
var byLambda = []string{"worker TakeJobs sqs:DeleteMessage", "worker TakeJobs sqs:GetQueueAttributes", "worker TakeJobs sqs:ReceiveMessage"}

// later are the actions that this life does not come to.
var later = []string{
	"verify FindVerifiers dynamodb:BatchGetItem", // an older pepper
}

// What is missing in a role is refused at once in every test of a world; here nothing in a role may be too much.
func TestRolesAllowNothingThatIsNotNeeded(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	live(t, w)
	neverShown(t, w)
	for _, path := range []string{"/setup/mail/apple.mobileconfig", "/.well-known/autoconfig/mail/config-v1.1.xml"} {
		answer, err := http.Get(w.APIURL + path)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %v", path, answer, err)
		}
		_ = answer.Body.Close()
	}
	want := slices.Sorted(slices.Values(slices.Concat(byLambda, later)))
	if got := w.Roles.Unused(); !slices.Equal(got, want) {
		t.Errorf("what no function has needed:\n%q\nwant\n%q", got, want)
	}
}
