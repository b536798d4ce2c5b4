package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/person"
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
	log   bytes.Buffer
	serve func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{Cloud: inprocess.New(t), t: t}
	h.store = h.Store()
	var secret string
	for _, s := range h.Template.Secrets {
		if s.LogicalID == "PepperSecret" {
			secret = s.Name
		}
	}
	h.keys = vault.NewPeppers(secretsmanager.NewFromConfig(h.Config), secret, h.Clock.Now)
	log := slog.New(slog.NewJSONHandler(&h.log, nil))
	handler, err := build(t.Context(), Config{
		VerifiersTable: h.Table("verifiers"), SettingsTable: h.Table("settings"), PepperSecret: secret, Prefixes: []string{"app", "mx"},
	}, boot.Deps{AWS: h.Config, Now: h.Clock.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
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
		e := audit.New(h.Clock.Now(), owner, owner.Person, audit.Revoked)
		e.Job = "trigger:" + name
		h.must(h.store.Revoke(h.t.Context(), c, nil, e))
	}
	return pw.Format().Show("app", pw.Reveal())
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
	e.RequestContext.HTTP.Method = http.MethodPost
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
	case (s == 200) != (body["ok"] == true), (s == 401) != hasReason, (s == 400 || s == 403 || s == 503) != hasError, (s == 503) != later,
		hasError && body["reference"] != "request-1":
		h.t.Errorf("%d is not answered as the contract says: %v, Retry-After %q", s, body, answer.Headers["retry-after"])
	}
	return body
}
