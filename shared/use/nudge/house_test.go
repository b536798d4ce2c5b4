package nudge_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/nudge"
	"github.com/apppass/apppass/shared/use/revoke"
)

const day = 24 * time.Hour

// house is a nudger on an AWS of its own, at a time of its own, and what Slack says and shows.
type house struct {
	*inprocess.Cloud
	t         testing.TB
	now       time.Time
	tables    *dynamodb.Client
	store     *dynamo.Store
	nudges    *dynamo.Nudges
	people    *dynamo.People
	verifiers *dynamo.Verifiers
	ledger    *dynamo.Ledger
	slack     map[string]person.Account
	ports     nudge.Ports
	made      int
	known     map[string]bool // who has begun
	queued    []job.Job
	digests   []said
	abandoned []string
	missing   []string
	// before, if set, happens before a digest is taken by Slack.
	before func() error
}

// said is a digest as it was sent.
type said struct {
	owner credential.Owner
	at    time.Time
	items []core.Item
}

// direct calls the emulated AWS without a connection.
type direct struct{ to http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.to.ServeHTTP(w, r)
	return w.Result(), nil
}

func newHouse(t testing.TB, now time.Time) *house {
	c := inprocess.New(t)
	c.Config.HTTPClient = &http.Client{Transport: direct{c.Cloud}}
	h := &house{
		Cloud: c, t: t, now: now, tables: dynamodb.NewFromConfig(c.Config), store: c.Store(), slack: map[string]person.Account{}, known: map[string]bool{},
	}
	h.nudges = dynamo.NewNudges(h.tables, c.Table("credentials"), c.Table("verifiers"))
	h.people = dynamo.NewPeople(h.tables, c.Table("credentials"), c.Table("audit"))
	h.verifiers = dynamo.NewVerifiers(h.tables, dynamo.Tables{
		Credentials: c.Table("credentials"), Verifiers: c.Table("verifiers"), Ephemeral: c.Table("ephemeral"),
	})
	h.ledger = dynamo.NewLedger(h.tables, c.Table("ephemeral"), h.clock)
	revoker := revoke.New(dynamo.Unused{Store: h.store}, h, h.clock)
	h.ports = nudge.Ports{
		Store: h.nudges, People: h.people, Directory: h, Settings: dynamo.NewSettings(h.tables, c.Table("settings")), Ledger: h.ledger, Queue: h, Show: h,
		End: func(ctx context.Context, owner credential.Owner, id, job string, still func(credential.Credential) bool) error {
			_, err := revoker.Revoke(ctx, revoke.Request{Owner: owner, Credential: id, Job: job, Actor: "apppass", Reason: "idle", Still: still})
			return err
		},
	}
	return h
}

func (h *house) clock() time.Time { return h.now }

func (h *house) nudger() *nudge.Nudger { return nudge.New(h.ports, time.Minute, h.clock) }

func (h *house) Account(_ context.Context, id string) (person.Account, error) {
	a, ok := h.slack[id]
	if !ok {
		return person.Account{Owner: credential.Owner{Person: id}, Unknown: true}, nil
	}
	return a, nil
}

func (h *house) Send(_ context.Context, j job.Job, _ time.Duration) error {
	h.queued = append(h.queued, j)
	return nil
}

func (h *house) Digest(_ context.Context, owner credential.Owner, _ person.Preferences, _ core.Card, items []core.Item) (channel, ts string, err error) {
	if h.before != nil {
		if err := h.before(); err != nil {
			return "", "", err
		}
	}
	h.digests = append(h.digests, said{owner, h.now, items})
	return "D" + owner.Person, fmt.Sprintf("%d.000100", h.now.Unix()), nil
}

func (h *house) Abandoned(_ context.Context, _ credential.Owner, all []credential.Credential) error {
	for _, c := range all {
		h.abandoned = append(h.abandoned, c.ID)
	}
	return nil
}

func (h *house) Unreachable(_ context.Context, p person.Person) error {
	h.missing = append(h.missing, p.Owner.Person)
	return nil
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// joins makes somebody known to Slack, who is in a zone. Their language is not known here yet.
func (h *house) joins(id, zone string) credential.Owner {
	owner := credential.Owner{Team: "TLOCAL", Person: id}
	h.must(h.people.Learn(h.t.Context(), owner, "", zone))
	h.slack[id] = person.Account{Owner: owner, Email: id + "@example.com", EmailConfirmed: true, Locale: "en-US", Zone: zone}
	return owner
}

// draft is what begins a password: the first of a credential, or another for one.
func (h *house) draft(owner credential.Owner, c credential.Credential, from credential.Verifier) issue.Draft {
	h.made++
	name := fmt.Sprintf("view:V%d:", h.made)
	v := credential.Verifier("v-" + name)
	r := link.New().ID()
	if from == "" {
		c.ID, c.Verifier, c.Reveal = credential.ID(name), v, string(r)
	}
	e := audit.New(h.now, owner, owner.Person, audit.Issued)
	e.Credential, e.Job = c.ID, name
	gate := person.Gate{State: person.Open, Generation: 1}
	d := issue.Draft{
		Person: person.Person{Owner: owner, Login: owner.Person + "@example.com", Gate: gate}, New: !h.known[owner.Person], Credential: c, Event: e,
		Entry: credential.Entry{
			Verifier: v, Pepper: 1, Credential: c.ID, Owner: owner, Login: c.Login, Application: c.Application, Services: c.Services,
			State: credential.EntryPending, Expires: c.Expires, Made: h.now,
		},
		Reveal: link.Reveal{
			ID: r, Secret: "s" + name, State: link.Preparing, Expires: h.now.Add(15 * time.Minute), Door: link.DoorNone, Generation: 1, Owner: owner,
			Gate: 1, Credential: c.ID, Verifier: v, Made: h.now, Account: link.Account{Login: c.Login, Application: "CRM"},
		},
	}
	if from != "" {
		d.Reveal.Rotation = link.Rotation{From: from, Grace: day, Before: c.Former.Verifier}
	}
	h.known[owner.Person] = true
	_, err := h.ledger.Lease(context.Background(), name, h.now.Add(time.Minute))
	h.must(err)
	return d
}

func (h *house) reveals(ctx context.Context, d issue.Draft) error {
	if err := h.store.Ready(ctx, d.Reveal.ID); err != nil {
		return err
	}
	return h.store.Claim(ctx, d.Reveal, link.Nonce{1}, audit.New(h.now, d.Person.Owner, d.Person.Owner.Person, audit.Revealed))
}

// makes gives somebody an app password that works from now on.
func (h *house) makes(owner credential.Owner, tier credential.Tier, expires time.Time) credential.Credential {
	h.t.Helper()
	d := h.draft(owner, credential.Credential{
		Owner: owner, Login: owner.Person + "@example.com", Application: "crm", Tier: tier, Services: []string{"mail"}, State: credential.Pending,
		Made: h.now, Expires: expires,
	}, "")
	h.must(h.store.Begin(h.t.Context(), d, nil))
	h.must(h.reveals(h.t.Context(), d))
	return h.is(owner, d.Credential.ID)
}

func (h *house) is(owner credential.Owner, id string) credential.Credential {
	h.t.Helper()
	c, err := h.store.Credential(h.t.Context(), owner, id)
	h.must(err)
	return c
}

// rotates puts another password in the place of one, at once.
func (h *house) rotates(c credential.Credential) {
	h.t.Helper()
	c = h.is(c.Owner, c.ID)
	d := h.draft(c.Owner, c, c.Verifier)
	h.must(h.store.Renew(h.t.Context(), d, nil))
	h.must(h.reveals(h.t.Context(), d))
}

func (h *house) revokes(c credential.Credential) {
	h.t.Helper()
	h.made++
	_, err := revoke.New(h.store, h, h.clock).Revoke(h.t.Context(), revoke.Request{Owner: c.Owner, Credential: c.ID, Job: fmt.Sprintf("trigger:%d", h.made)})
	h.must(err)
}

// uses signs in with an app password; what does not work signs nobody in.
func (h *house) uses(c credential.Credential) {
	h.t.Helper()
	e, err := h.verifiers.Entry(h.t.Context(), c.Verifier)
	h.must(err)
	if all, _, due := credential.Note(e.Uses, credential.Use{Service: "mail", Protocol: "imap", Network: "203.0.113.0/24", At: h.now}); due && e.State == credential.EntryActive {
		h.must(h.verifiers.NoteUses(h.t.Context(), e, all))
	}
}

// decides puts a policy into force.
func (h *house) decides(version int, change func(p *policy.Policy)) policy.Policy {
	h.t.Helper()
	p := policy.Default()
	p.Version = version
	change(&p)
	h.must(p.Check())
	it, err := attributevalue.MarshalMap(map[string]any{
		"pk": "policy", "sk": fmt.Sprintf("%08d", version), "v": 1, "link_life": p.LinkLife / time.Second, "guests": false, "enforce": p.Enforce,
		"general_age": p.GeneralAge / time.Second, "sensitive_age": p.SensitiveAge / time.Second, "idle": p.Idle / time.Second,
		"idle_answer": p.IdleAnswer / time.Second, "remind": p.Remind,
	})
	h.must(err)
	name := h.Table("settings")
	_, err = h.tables.PutItem(h.t.Context(), &dynamodb.PutItemInput{TableName: &name, Item: it})
	h.must(err)
	return p
}

// looks does a job of a tick at now.
func (h *house) looks(owner credential.Owner) error {
	return h.nudger().Nudge(h.t.Context(), job.Job{ID: job.NudgeID(owner.Person, h.now), Kind: job.Nudge, Person: owner.Person, Team: owner.Team, At: h.now.Unix()})
}

// answer is a job of somebody's at now.
func (h *house) answer(owner credential.Owner, kind job.Kind, args any) job.Job {
	h.t.Helper()
	j, err := job.New("trigger:1", kind, args)
	h.must(err)
	j.Person, j.Team, j.At = owner.Person, owner.Team, h.now.Unix()
	return j
}

func (h *house) due() []string {
	h.t.Helper()
	all, _, err := h.nudges.Due(h.t.Context(), h.now, nudge.Limit)
	h.must(err)
	return all
}

// jobs is a real queue.
func (h *house) jobs() *queue.Queue {
	return queue.New(sqs.NewFromConfig(h.Config), h.Queue("background"))
}

type ctx = context.Context

// gate puts Alice's gate into a state.
func (h *house) gate(state string) {
	h.t.Helper()
	name := h.Table("credentials")
	_, err := h.tables.UpdateItem(h.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &name, Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "person#UALICE"}, "sk": &types.AttributeValueMemberS{Value: "profile"},
		},
		UpdateExpression: ptr("SET gate = :to"), ExpressionAttributeValues: map[string]types.AttributeValue{":to": &types.AttributeValueMemberS{Value: state}},
	})
	h.must(err)
}

func ptr(s string) *string { return &s }
