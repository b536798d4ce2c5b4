package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/use/list"
)

// The local stack's secret and team, and the time at which the examples in events/ are signed.
const (
	signingSecret = "local-signing-secret"
	team          = "TLOCAL"
)

// requestID is every request's.
const requestID = "1a2b3c4d-0000-4000-8000-000000000000"

var signedAt = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// house is the function with everything around it replaced: it counts what is asked of AWS and of Slack before an answer.
type house struct {
	t       *testing.T
	log     bytes.Buffer
	now     time.Time
	serve   func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)
	has     []credential.Credential
	had     []credential.Credential
	serves  []service.Service
	app     *app
	offered catalog.Catalog
	rules   policy.Policy
	speak   person.Preferences
	broken  error // what every call fails with
	lost    error // what opening a door fails with

	mu          sync.Mutex
	aws, slacks int
	opened      []slack.ModalViewRequest
	triggers    []string
	replaced    []slackapi.Message
	doors       []string
	sayings     []string // where it is said what became of a link, and the ids of the blocks there
	updated     []slack.ModalViewRequest
	gone        bool // the person is deleted
	jobs        []job.Job
	delays      []time.Duration
	owners      []credential.Owner
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, now: signedAt, offered: catalog.Builtin()}
	log := slog.New(slog.NewJSONHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a := &app{team: team, prefixes: []string{"app", "mx"}, now: func() time.Time { return h.now }, log: log, slack: h, doors: h, lister: h, forms: h, services: h, queue: h}
	h.app = a
	h.serve = apigw.New(a.routes(text(signingSecret)), log).Handle
	return h
}

func (h *house) Account(_ context.Context, id string) (person.Account, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slacks++
	return person.Account{Owner: credential.Owner{Team: team, Person: id}, Email: "Alice@example.com", EmailConfirmed: true, Deleted: h.gone}, h.broken
}

func (h *house) OpenDoor(_ context.Context, id link.ID, owner credential.Owner, login string, until time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.aws++
	h.doors = append(h.doors, fmt.Sprint(id, " ", owner.Person, " ", login, " ", until.Sub(h.now)))
	return errors.Join(h.broken, h.lost)
}

func (h *house) UpdateView(_ context.Context, id, hash string, v slack.ModalViewRequest) error {
	h.mu.Lock()
	if h.broken == nil {
		h.updated = append(h.updated, v)
	}
	h.mu.Unlock()
	return h.places(id+" "+hash, v.Blocks.BlockSet)
}

func (h *house) UpdateMessage(_ context.Context, channel, ts string, m slackapi.Message) error {
	return h.places(channel+" "+ts+" "+m.Text, m.Blocks)
}

func (h *house) places(where string, blocks []slack.Block) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slacks++
	for _, b := range blocks {
		where += " " + b.ID()
	}
	h.sayings = append(h.sayings, where)
	return h.broken
}

type text string

func (s text) Current(context.Context) (string, error) { return string(s), nil }
func (s text) Again(context.Context) (string, error)   { return string(s), nil }

func (h *house) OpenView(_ context.Context, trigger string, v slack.ModalViewRequest) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slacks++
	h.opened, h.triggers = append(h.opened, v), append(h.triggers, trigger)
	return "VOPENED", h.broken
}

func (h *house) Replace(_ context.Context, _ string, m slackapi.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.slacks++
	h.replaced = append(h.replaced, m)
	return h.broken
}

func (h *house) Overview(_ context.Context, owner credential.Owner) (list.Overview, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.aws++
	h.owners = append(h.owners, owner)
	return list.Overview{Speak: h.speak, Live: h.has, Ended: h.had}, h.broken
}

func (h *house) Services(context.Context) ([]service.Service, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.aws++
	return h.serves, h.broken
}

func (h *house) Opening(context.Context, credential.Owner) (person.Preferences, catalog.Catalog, policy.Policy, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.aws++
	return h.speak, h.offered, h.rules, h.broken
}

func (h *house) Send(_ context.Context, j job.Job, delay time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.aws++
	if h.broken == nil {
		h.jobs, h.delays = append(h.jobs, j), append(h.delays, delay)
	}
	return h.broken
}

// sent is a request of Slack's.
type sent struct {
	path   string
	query  string
	kind   string // of the content
	body   string
	base64 bool
	// change, if not nil, changes the headers, in lower case, after they were signed.
	change func(h map[string]string)
}

// send signs and delivers it.
func (h *house) send(s sent) events.APIGatewayV2HTTPResponse {
	h.t.Helper()
	stamp := strconv.FormatInt(h.now.Unix(), 10)
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST " + s.path, RawPath: s.path, RawQueryString: s.query, Body: s.body, IsBase64Encoded: s.base64,
		Headers: map[string]string{
			"host": "apppass.example", "content-type": s.kind, "x-slack-request-timestamp": stamp,
			"x-slack-signature": api.Sign(signingSecret, stamp, []byte(s.body)),
		},
	}
	e.RequestContext.HTTP.Method = http.MethodPost
	if s.base64 {
		e.Body = base64.StdEncoding.EncodeToString([]byte(s.body))
	}
	if s.change != nil {
		s.change(e.Headers)
	}
	return h.deliver(e)
}

func (h *house) deliver(e events.APIGatewayV2HTTPRequest) events.APIGatewayV2HTTPResponse {
	h.t.Helper()
	answer, err := h.serve(lambdacontext.NewContext(h.t.Context(), &lambdacontext.LambdaContext{AwsRequestID: requestID}), e)
	if err != nil {
		h.t.Fatal(err)
	}
	// Behind the door's opening one more call says so where the link stands.
	if h.aws > 1 || h.slacks > 1+len(h.doors) {
		h.t.Errorf("before the answer there were %d calls of AWS and %d of Slack, one of each is the budget", h.aws, h.slacks)
	}
	h.aws, h.slacks = 0, 0
	return answer
}

const form = "application/x-www-form-urlencoded"

// command is a slash command of Alice's, with other fields where change says so.
func command(typed string, change url.Values) sent {
	v := url.Values{
		"token": {"local-verification-token"}, "team_id": {team}, "team_domain": {"local"}, "channel_id": {"DUALICE"},
		"channel_name": {"directmessage"}, "user_id": {"UALICE"}, "user_name": {"alice"}, "command": {"/apppass"}, "text": {typed},
		"api_app_id": {"AAPPPASS"}, "is_enterprise_install": {"false"}, "response_url": {"https://hooks.slack.com/commands/TLOCAL/1/x"},
		"trigger_id": {"1.2.3"},
	}
	for name, value := range change {
		v[name] = value
	}
	return sent{path: "/slack/commands", kind: form, body: v.Encode()}
}

// interaction is a payload of Alice's.
func interaction(h *house, payload map[string]any, change map[string]any) sent {
	h.t.Helper()
	all := map[string]any{
		"team": map[string]any{"id": team, "domain": "local"}, "user": map[string]any{"id": "UALICE", "team_id": team}, "trigger_id": "1.2.3",
		"api_app_id": "AAPPPASS", "enterprise": nil, "is_enterprise_install": false,
	}
	for _, m := range []map[string]any{payload, change} {
		for name, value := range m {
			all[name] = value
		}
	}
	body, err := json.Marshal(all)
	if err != nil {
		h.t.Fatal(err)
	}
	return sent{path: "/slack/interactions", kind: form, body: url.Values{"payload": {string(body)}}.Encode()}
}

// example is an event in events/slack.
func (h *house) example(file string) events.APIGatewayV2HTTPRequest {
	h.t.Helper()
	text, err := os.ReadFile("../../events/slack/" + file)
	if err != nil {
		h.t.Fatal(err)
	}
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(text, &e); err != nil {
		h.t.Fatal(err)
	}
	return e
}
