package home_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/home"
	"github.com/apppass/apppass/shared/use/verify"
)

var alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}

// house is a looker and a chooser on an AWS of their own.
type house struct {
	*inprocess.Cloud
	*home.Looker
	*home.Chooser
	t         *testing.T
	tables    *dynamodb.Client
	people    *dynamo.People
	verifiers *dynamo.Verifiers
}

func newHouse(t *testing.T) *house {
	c := inprocess.New(t)
	h := &house{Cloud: c, t: t, tables: dynamodb.NewFromConfig(c.Config)}
	h.people = dynamo.NewPeople(h.tables, c.Table("credentials"), c.Table("audit"))
	h.verifiers = dynamo.NewVerifiers(h.tables, dynamo.Tables{Ephemeral: c.Table("ephemeral")})
	h.Looker = home.New(c.Store(), dynamo.NewHistory(h.tables, c.Table("audit"), c.Table("ephemeral")), dynamo.NewSettings(h.tables, c.Table("settings")), c.Clock.Now)
	h.Chooser = home.NewChooser(h.people, dynamo.NewLedger(h.tables, c.Table("ephemeral"), c.Clock.Now), time.Minute, c.Clock.Now)
	return h
}

func (h *house) put(table string, it map[string]any) {
	h.t.Helper()
	attributes, err := attributevalue.MarshalMap(it)
	if err != nil {
		h.t.Fatal(err)
	}
	name := h.Table(table)
	if _, err := h.tables.PutItem(h.t.Context(), &dynamodb.PutItemInput{TableName: &name, Item: attributes}); err != nil {
		h.t.Fatal(err)
	}
}

// has gives somebody an app password.
func (h *house) has(who credential.Owner, id, login string, state credential.State, made time.Time, expires int64) {
	h.put("credentials", map[string]any{
		"pk": "person#" + who.Person, "sk": "credential#" + id, "v": 1, "id": id, "team": who.Team, "person": who.Person, "login": login,
		"application": "crm", "application_shard": "crm#0", "tier": "general", "services": []string{"mail"}, "state": string(state),
		"verifier": id, "reveal": id, "made": made.Unix(), "activated": made.Unix(), "expires": expires,
	})
}

// did notes that somebody has done something.
func (h *house) did(who credential.Owner, ulid, action, id string) {
	h.put("audit", map[string]any{
		"pk": "0#2026-11", "sk": ulid, "v": 1, "at": 1795597200, "team": who.Team, "person": who.Person, "actor": who.Person, "action": action, "credential": id,
	})
}

// refuses keeps a rejection of an app password.
func (h *house) refuses(login, id string, at time.Time) {
	h.t.Helper()
	_, err := h.verifiers.Reject(h.t.Context(), verify.Rejection{
		At: at, Login: login, Service: "mail", Protocol: service.IMAP, Reason: verify.WrongService, Network: "203.0.113.0/24", Address: "203.0.113.7", Credential: id,
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func ids(all []credential.Credential) string {
	var found []string
	for _, c := range all {
		found = append(found, c.ID)
	}
	return strings.Join(found, " ")
}

func TestWhatIsShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := h.Clock.Now()
	h.has(alice, "fine", "alice@example.com", credential.Active, now.Add(-2*time.Hour), 0)
	h.has(alice, "newer", "alice@example.com", credential.Active, now.Add(-time.Hour), 0)
	h.has(alice, "ending", "alice@example.com", credential.Active, now.Add(-time.Hour), now.Add(time.Hour).Unix())
	h.has(alice, "refused", "alice@example.com", credential.Active, now.Add(-3*time.Hour), 0)
	h.has(alice, "refused-before", "alice@example.com", credential.Active, now.Add(-3*time.Hour), 0)
	h.has(alice, "married", "alice.miller@example.com", credential.Active, now.Add(-3*time.Hour), 0)
	h.has(alice, "unread", "alice@example.com", credential.Pending, now.Add(-time.Minute), 0)
	h.has(alice, "over", "alice@example.com", credential.Active, now.Add(-time.Hour), now.Unix())
	h.has(alice, "revoked", "alice@example.com", credential.Revoked, now.Add(-time.Hour), 0)
	h.has(credential.Owner{Team: "TOTHER", Person: alice.Person}, "elsewhere", "alice@example.com", credential.Active, now, 0)
	h.has(credential.Owner{Team: "TLOCAL", Person: "UBOB"}, "bobs", "bob@example.com", credential.Active, now, 0)
	h.refuses("alice@example.com", "refused", now.Add(-time.Hour))
	h.refuses("alice@example.com", "refused", now.Add(-2*time.Hour))
	h.refuses("alice@example.com", "refused-before", now.Add(-24*time.Hour-time.Second))
	h.refuses("alice@example.com", "", now)
	h.refuses("alice.miller@example.com", "married", now.Add(-2*time.Hour))
	h.refuses("bob@example.com", "fine", now) // by his login nothing of hers is found
	for n, ulid := range []string{"01A", "01B", "01C", "01D", "01E", "01F", "01G", "01H", "01J", "01K", "01M", "01N"} {
		h.did(alice, ulid, "issued", []string{"first", "second"}[n%2])
	}
	h.did(credential.Owner{Team: "TLOCAL", Person: "UBOB"}, "01Z", "issued", "bobs")

	s, err := h.Look(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(s.Live), "unread married refused ending newer fine refused-before"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ids(s.Ended), "over revoked"; got != want {
		t.Errorf("over are %s, want %s", got, want)
	}
	if len(s.Rejected) != 2 || !s.Rejected["refused"].Equal(now.Add(-time.Hour).Truncate(time.Second)) || s.Rejected["married"].IsZero() {
		t.Errorf("refused were %v", s.Rejected)
	}
	if len(s.Activity) != 10 || s.Activity[0].ID != "01N" || s.Activity[9].ID != "01C" || s.Activity[0].Credential != "second" || s.Activity[0].Owner != alice {
		t.Errorf("what has happened: %+v", s.Activity)
	}
	if _, err := s.Applications.Application("crm"); err != nil {
		t.Errorf("the catalog has no crm: %v", err)
	}
}

func TestWhoHasNothingIsShownNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s, err := h.Look(t.Context(), alice)
	if err != nil || len(s.Live)+len(s.Ended)+len(s.Activity)+len(s.Rejected) > 0 || len(s.Applications) == 0 {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestAChangeMakesItStale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *house)
		want   bool
	}{
		"nothing":     {func(*house) {}, false},
		"another one": {func(h *house) { h.has(alice, "other", "alice@example.com", credential.Active, h.Clock.Now(), 0) }, true},
		"its state":   {func(h *house) { h.has(alice, "one", "alice@example.com", credential.Revoked, h.Clock.Now(), 0) }, true},
		"its end": {func(h *house) {
			h.has(alice, "one", "alice@example.com", credential.Active, h.Clock.Now(), h.Clock.Now().Add(time.Hour).Unix())
		}, true},
		"the time":         {func(h *house) { h.Clock.Advance(time.Minute) }, false},
		"its end has come": {func(h *house) { h.Clock.Advance(25 * time.Hour) }, true},
		"a choice": {func(h *house) {
			if err := h.people.PreferLanguage(h.t.Context(), alice, "en", h.Clock.Now()); err != nil {
				h.t.Fatal(err)
			}
		}, true},
		"another person's": {func(h *house) {
			h.has(credential.Owner{Team: "TLOCAL", Person: "UBOB"}, "bobs", "bob@example.com", credential.Active, h.Clock.Now(), 0)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.t = t
			h.has(alice, "one", "alice@example.com", credential.Active, h.Clock.Now(), 0)
			h.has(alice, "two", "alice@example.com", credential.Active, h.Clock.Now(), h.Clock.Now().Add(24*time.Hour).Unix())
			s, err := h.Look(t.Context(), alice)
			if err != nil {
				t.Fatal(err)
			}
			c.change(h)
			if got, err := h.Stale(t.Context(), alice, s); got != c.want || err != nil {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
}
