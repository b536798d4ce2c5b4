package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/issue"
)

// Keys of the local stack's relying parties.
const (
	mailKey     = "local-mail-service-key"
	intranetKey = "local-intranet-service-key"
)

// house is the function as it is built, on an AWS of the test's own.
type house struct {
	*inprocess.Cloud
	t     *testing.T
	store *dynamo.Store
	keys  *vault.Peppers
	// pepper is the secret's name.
	pepper string
	log    bytes.Buffer
	serve  func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{Cloud: inprocess.New(t), t: t}
	h.store = h.Store()
	for _, s := range h.Template.Secrets {
		if s.LogicalID == "PepperSecret" {
			h.pepper = s.Name
		}
	}
	h.keys = vault.NewPeppers(secretsmanager.NewFromConfig(h.Config), h.pepper, h.Clock.Now)
	return h.restart()
}

// restart starts the function anew, in a process of its own.
func (h *house) restart() *house {
	h.t.Helper()
	h = &house{Cloud: h.Cloud, t: h.t, store: h.store, keys: h.keys, pepper: h.pepper}
	log := slog.New(slog.NewJSONHandler(&h.log, nil))
	handler, err := build(h.t.Context(), Config{
		CredentialsTable: h.Table("credentials"), VerifiersTable: h.Table("verifiers"), EphemeralTable: h.Table("ephemeral"),
		SettingsTable: h.Table("settings"), BackgroundQueueURL: h.Queue("background"), PepperSecret: h.pepper, Prefixes: []string{"app", "mx"},
	}, boot.Deps{AWS: h.Config, Now: h.Clock.Now, Log: log})
	h.must(err)
	h.serve = apigw.New(handler, log).Handle
	return h
}

// lives is how far an app password of a test's has come.
type lives int

const (
	pending lives = iota
	active
	revoked
)

// has gives a person, "alice", an app password for mail, and returns it as it is shown. It lives for an hour.
func (h *house) has(name string, until lives) string {
	return h.hasWith(name, until, func(*credential.Entry) {})
}

func (h *house) hasWith(name string, until lives, change func(*credential.Entry)) string {
	h.t.Helper()
	l, pw, now := link.New(), password.New(password.General), h.Clock.Now()
	peppers, err := h.keys.Current(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	owner := credential.Owner{Team: "TLOCAL", Person: "U" + name}
	c := credential.Credential{
		ID: credential.ID(name), Owner: owner, Login: name + "@example.com", Application: "crm", Tier: credential.General, Services: []string{"mail"},
		State: credential.Pending, Verifier: peppers.Issue(pw).Verifier, Reveal: string(l.ID()), Made: now, Expires: now.Add(time.Hour),
	}
	d := issue.Draft{
		Person: person.Person{Owner: owner, Login: c.Login, Gate: person.Gate{State: person.Open, Generation: 1}}, New: true, Credential: c,
		Entry: credential.Entry{
			Verifier: c.Verifier, Pepper: 1, Credential: c.ID, Owner: owner, Login: c.Login, Application: c.Application, Services: c.Services,
			State: credential.EntryPending, Made: now, Expires: c.Expires,
		},
		Reveal: link.Reveal{
			ID: l.ID(), ProofHash: link.HashProof(l.Proof()), Secret: "apppass/reveal/" + name, State: link.Preparing, Expires: now.Add(15 * time.Minute),
			Door: link.DoorNone, Generation: 1, Owner: owner, Gate: 1, Credential: c.ID, Verifier: c.Verifier,
		},
		Event: audit.New(now, owner, owner.Person, audit.Issued),
	}
	change(&d.Entry)
	d.Event.Job = "view:" + name
	_, err = dynamo.NewLedger(dynamodb.NewFromConfig(h.Config), h.Table("ephemeral"), h.Clock.Now).Lease(h.t.Context(), d.Event.Job, now.Add(time.Minute))
	h.must(err)
	h.must(h.store.Begin(h.t.Context(), d, nil))
	h.must(h.store.Ready(h.t.Context(), l.ID()))
	if until >= active {
		h.must(h.store.Claim(h.t.Context(), d.Reveal, link.Nonce{1}, audit.New(h.Clock.Now(), owner, owner.Person, audit.Revealed)))
		c.State = credential.Active
	}
	if until >= revoked {
		h.revoke(c, name)
	}
	return pw.Format().Show("app", pw.Reveal())
}

func (h *house) revoke(c credential.Credential, name string) {
	h.t.Helper()
	e := audit.New(h.Clock.Now(), c.Owner, c.Owner.Person, audit.Revoked)
	e.Job = "trigger:" + name
	h.must(h.store.Revoke(h.t.Context(), c, nil, e))
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// ask posts a body with a service's key, and returns the status and the answer, which must be of the contract's form.
func (h *house) ask(key, body string) (int, map[string]any) {
	h.t.Helper()
	return h.post(map[string]string{"authorization": "Bearer " + key, "content-type": "application/json"}, body)
}

func (h *house) post(headers map[string]string, body string) (int, map[string]any) {
	h.t.Helper()
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: "POST /v1/verify", RawPath: "/v1/verify", Headers: headers, Body: body}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP = http.MethodPost, "192.0.2.25"
	ctx := lambdacontext.NewContext(h.t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	answer, err := h.serve(ctx, e)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer.StatusCode, h.read(answer)
}

// read checks the form that every answer has, and returns the body.
func (h *house) read(answer events.APIGatewayV2HTTPResponse) map[string]any {
	h.t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(answer.Body), &body); err != nil {
		h.t.Fatalf("%d %q is no JSON: %v", answer.StatusCode, answer.Body, err)
	}
	if answer.Headers["content-type"] != "application/json" || answer.Headers["cache-control"] != "no-store" {
		h.t.Errorf("%d has the headers %v", answer.StatusCode, answer.Headers)
	}
	_, hasReason := body["reason"]
	_, hasError := body["error"]
	later := answer.Headers["retry-after"] != ""
	switch s := answer.StatusCode; {
	case (s == 200) != (body["ok"] == true), (s == 401) != hasReason, (s == 400 || s == 403 || s == 429 || s == 503) != hasError, (s == 429 || s == 503) != later,
		hasError && body["reference"] != "request-1":
		h.t.Errorf("%d is not answered as the contract says: %v, Retry-After %q", s, body, answer.Headers["retry-after"])
	}
	return body
}

// gets sends any other request, and returns its answer.
func (h *house) gets(path string, headers map[string]string) events.APIGatewayV2HTTPResponse {
	h.t.Helper()
	path, query, _ := strings.Cut(path, "?")
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RawPath: path, RawQueryString: query, Headers: headers}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP = http.MethodGet, "192.0.2.25"
	answer, err := h.serve(h.t.Context(), e)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer
}

// serves changes a service.
func (h *house) serves(id string, change func(*service.Service)) {
	h.t.Helper()
	settings := dynamo.NewSettings(dynamodb.NewFromConfig(h.Config), h.Table("settings"))
	all, err := settings.Services(h.t.Context())
	h.must(err)
	for _, s := range all {
		if s.ID == id {
			change(&s)
			h.must(settings.PutService(h.t.Context(), s, false))
		}
	}
	h.Clock.Advance(10 * time.Second) // as fresh as services are
}

// throttled is a fault of DynamoDB.
func throttled(operation string, times int) faults.Fault {
	return faults.Fault{Target: "dynamodb", Operation: operation, Kind: faults.Throttle, Times: times}
}

// key is an item's.
func (h *house) key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}
