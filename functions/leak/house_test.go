package main

import (
	"bytes"
	"context"
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
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/issue"
)

// house is the function as it is built, on an AWS of the test's own.
type house struct {
	*inprocess.Cloud
	t     *testing.T
	keys  *vault.Peppers
	log   bytes.Buffer
	serve func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{Cloud: inprocess.New(t), t: t}
	var secret string
	for _, s := range h.Template.Secrets {
		if s.LogicalID == "PepperSecret" {
			secret = s.Name
		}
	}
	h.keys = vault.NewPeppers(secretsmanager.NewFromConfig(h.Config), secret, h.Clock.Now)
	log := slog.New(slog.NewJSONHandler(&h.log, nil))
	handler, err := build(t.Context(), Config{
		VerifiersTable: h.Table("verifiers"), RequestsQueueURL: h.Queue("requests"), PepperSecret: secret, Prefixes: []string{"app", "mx"},
	}, boot.Deps{AWS: h.Config, Now: h.Clock.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	h.serve = apigw.New(handler, log).Handle
	return h
}

// has gives a person, "alice", an app password that nobody has revealed yet, and returns it as it is shown.
func (h *house) has(name string) string {
	h.t.Helper()
	l, pw, now := link.New(), password.New(password.General), h.Clock.Now()
	peppers, err := h.keys.Current(h.t.Context())
	h.must(err)
	owner := credential.Owner{Team: "TLOCAL", Person: "U" + name}
	c := credential.Credential{
		ID: credential.ID(name), Owner: owner, Login: name + "@example.com", Application: "crm", Tier: credential.General, Services: []string{"mail"},
		State: credential.Pending, Verifier: peppers.Issue(pw).Verifier, Reveal: string(l.ID()), Made: now,
	}
	d := issue.Draft{
		Person: person.Person{Owner: owner, Login: c.Login, Gate: person.Gate{State: person.Open, Generation: 1}}, New: true, Credential: c,
		Entry: credential.Entry{
			Verifier: c.Verifier, Pepper: 1, Credential: c.ID, Owner: owner, Login: c.Login, Application: c.Application, Services: c.Services,
			State: credential.EntryPending, Made: now,
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
	h.must(h.Store().Begin(h.t.Context(), d, nil))
	return pw.Format().Show("app", pw.Reveal())
}

// owns is what a person has.
func (h *house) owns(name string) credential.Credential {
	h.t.Helper()
	c, err := h.Store().Credential(h.t.Context(), credential.Owner{Team: "TLOCAL", Person: "U" + name}, credential.ID(name))
	h.must(err)
	return c
}

// revokes ends it.
func (h *house) revokes(name string) {
	h.t.Helper()
	c := h.owns(name)
	e := audit.New(h.Clock.Now(), c.Owner, c.Owner.Person, audit.Revoked)
	e.Job = "trigger:" + name
	h.must(h.Store().Revoke(h.t.Context(), c, nil, e))
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// post posts a body.
func (h *house) post(body string) events.APIGatewayV2HTTPResponse {
	h.t.Helper()
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: "POST /v1/leaked", RawPath: "/v1/leaked", Body: body}
	e.RequestContext.HTTP.Method = http.MethodPost
	ctx := lambdacontext.NewContext(h.t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	answer, err := h.serve(ctx, e)
	h.must(err)
	return answer
}

// queued is what waits in the queue.
func (h *house) queued() (all []job.LeakedArgs) {
	h.t.Helper()
	for _, m := range h.Queues().Messages() {
		j, err := job.Parse(m.Body)
		h.must(err)
		args, err := job.ArgsOf[job.LeakedArgs](j)
		h.must(err)
		all = append(all, args)
	}
	return all
}
