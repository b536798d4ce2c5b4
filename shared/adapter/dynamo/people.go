package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/leave"
)

// People keeps what is known of persons.
type People struct {
	client      *dynamodb.Client
	credentials string
	audit       string
}

var (
	_ issue.People = (*People)(nil)
	_ leave.People = (*People)(nil)
)

// NewPeople returns the people in the table credentials; what changes is noted in the table audit.
func NewPeople(client *dynamodb.Client, credentials, audit string) *People {
	return &People{client, credentials, audit}
}

// Person is what is stored; its Login is empty where nothing is.
func (p *People) Person(ctx context.Context, owner credential.Owner) (person.Person, error) {
	var i profileItem
	found, err := get(ctx, p.client, p.credentials, profileKey(owner), &i)
	if err != nil || !found {
		return person.Person{Owner: owner}, err
	}
	return person.Person{
		Owner: credential.Owner{Team: i.Team, Person: i.Person}, Login: i.Login,
		Gate: person.Gate{
			State: person.GateState(i.Gate), Generation: i.Generation, Since: moment(i.Since), Why: person.Reason(i.Why), Asked: i.Asked,
		},
		Known: i.PeopleShard != "",
	}, nil
}
