package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/list"
	"github.com/apppass/apppass/shared/use/revoke"
)

// house is the function with everything around it replaced.
type house struct {
	*jobs
	log bytes.Buffer
	err error // what every job comes to

	mu       sync.Mutex
	did      []string // "issue view:…"
	revoked  []revoke.Request
	left     []credential.Credential
	putOff   []time.Duration
	receipts []string
	failing  error // what putting off comes to
	slack    *screen
	home     *queued
}

func newHouse() *house {
	h := &house{slack: &screen{}, home: &queued{}}
	log := slog.New(slog.NewJSONHandler(&h.log, nil))
	show := &presenter{slack: h.slack, people: english{}, base: "https://apppass.example", log: log}
	h.jobs = &jobs{
		homes:  &homes{queue: h.home, log: slog.New(slog.DiscardHandler)},
		issuer: h, discarder: h, revocations: &revocations{revoker: h, lister: h, catalog: h, links: h, show: show, now: time.Now},
		queues:      map[string]putsOff{"apppass-requests": h, "apppass-background": h},
		lastReceive: 5, tell: show, log: log,
	}
	return h
}

func (h *house) note(j job.Job) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, string(j.Kind)+" "+j.ID)
	return h.err
}

func (h *house) Issue(_ context.Context, j job.Job) error   { return h.note(j) }
func (h *house) Discard(_ context.Context, j job.Job) error { return h.note(j) }

func (h *house) Revoke(_ context.Context, r revoke.Request) (credential.Credential, error) {
	h.revoked = append(h.revoked, r)
	return credential.Credential{ID: r.Credential, Application: "thunderbird", Label: "laptop"}, h.note(job.Job{Kind: job.Revoke, ID: r.Job})
}

func (h *house) Overview(context.Context, credential.Owner) (list.Overview, error) {
	return list.Overview{Live: h.left}, nil
}

func (h *house) Catalog(context.Context) (catalog.Catalog, error) { return catalog.Builtin(), nil }

func (h *house) PutOff(_ context.Context, receipt string, wait time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.receipts, h.putOff = append(h.receipts, receipt), append(h.putOff, wait)
	return h.failing
}

// message is a first delivery of a job.
func message(t *testing.T, j job.Job) boot.Message {
	t.Helper()
	body, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	return boot.Message{Body: string(body), Receipt: "receipt", Queue: "arn:aws:sqs:us-east-1:000000000000:apppass-requests", Received: 1}
}

// examples is the jobs of each event of events/worker.
var examples = map[string][]string{
	"issue.json":         {"issue view:VLOCAL0001:1795597200.aBcDeFgH"},
	"revoke.json":        {"revoke trigger:1234567890123.9876543210987.0123456789abcdef0123456789abcdef"},
	"delete-secret.json": {"delete_secret secret:apppass/reveal/LOCALAAAAAAAAAAAAAAAAAAAAA"},
	"batch-with-duplicate.json": {
		"delete_secret secret:apppass/reveal/LOCALAAAAAAAAAAAAAAAAAAAAA", "delete_secret secret:apppass/reveal/LOCALAAAAAAAAAAAAAAAAAAAAA",
		"delete_secret secret:apppass/reveal/LOCALBBBBBBBBBBBBBBBBBBBBB",
	},
}

func TestEveryExampleIsDone(t *testing.T) {
	const folder = "../../events/worker/"
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if examples[f.Name()] == nil {
			t.Errorf("nobody reads %s", f.Name())
		}
	}
	for file, want := range examples {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(folder + file)
			if err != nil {
				t.Fatal(err)
			}
			d := json.NewDecoder(bytes.NewReader(text))
			d.DisallowUnknownFields()
			var e events.SQSEvent
			if err := d.Decode(&e); err != nil {
				t.Fatal(err)
			}
			h := newHouse()
			answer, err := boot.NewBatch(h, slog.New(slog.NewJSONHandler(&h.log, nil))).Handle(t.Context(), e)
			if err != nil || len(answer.BatchItemFailures) > 0 {
				t.Errorf("failed: %v, %v", answer.BatchItemFailures, err)
			}
			slices.Sort(h.did)
			if d := cmp.Diff(want, h.did); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			for _, secret := range []string{"hooks.slack.com", "AQEBlocal", "laptop"} {
				if strings.Contains(h.log.String(), secret) {
					t.Errorf("%s is in the log:\n%s", secret, &h.log)
				}
			}
			// Every queue of an example is one that the function knows by its ARN.
			h.err = errors.New("again")
			for _, r := range e.Records {
				_ = h.Do(t.Context(), boot.Message{Body: r.Body, Receipt: r.ReceiptHandle, Queue: r.EventSourceARN, Received: 1})
			}
			if len(h.putOff) != len(e.Records) {
				t.Errorf("%d of %d are put off", len(h.putOff), len(e.Records))
			}
		})
	}
}

func TestAMessageThatIsNoJobIsNeverDone(t *testing.T) {
	const url = "https://hooks.slack.com/actions/T/1/secret"
	for name, body := range map[string]string{
		"nothing":           "",
		"no JSON":           url,
		"half JSON":         `{"v":1,"reply":{"response_url":"` + url + `"`,
		"a list":            `[]`,
		"another version":   `{"v":2,"id":"x","kind":"issue","reply":{"response_url":"` + url + `"}}`,
		"no id":             `{"v":1,"kind":"issue"}`,
		"no kind":           `{"v":1,"id":"x"}`,
		"another kind":      `{"v":1,"id":"x","kind":"unheard_of","reply":{"response_url":"` + url + `"},"args":{}}`,
		"arguments missing": `{"v":1,"id":"x","kind":"revoke","reply":{"response_url":"` + url + `"}}`,
		"a test of Lambda":  `{"key1":"value1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			err := h.Do(t.Context(), boot.Message{Body: body, Queue: "arn:aws:sqs:us-east-1:000000000000:apppass-requests", Received: 1})
			if !errors.Is(err, job.ErrForeign) {
				t.Errorf("got %v, want %v", err, job.ErrForeign)
			}
			if len(h.did) > 0 || strings.Contains(err.Error()+h.log.String(), "secret") {
				t.Errorf("did %v, with the error %v and the log\n%s", h.did, err, &h.log)
			}
		})
	}
}

func TestAJobThatFailedIsPutOff(t *testing.T) {
	again := errors.New("again")
	later := func(after time.Duration) error { return &job.Later{After: after, Err: problem.ErrUnavailable} }
	for _, c := range []struct {
		name     string
		err      error
		received int
		want     time.Duration
	}{
		{"first", again, 1, time.Second},
		{"second", again, 2, 2 * time.Second},
		{"third", again, 3, 4 * time.Second},
		{"sixth", again, 6, 32 * time.Second},
		{"seventh", again, 7, time.Minute},
		{"thousandth", again, 1000, time.Minute},
		{"asked to wait", later(30 * time.Second), 1, 30 * time.Second},
		{"asked to wait, deep within", errors.Join(errors.New("x"), later(90*time.Second)), 1, 90 * time.Second},
		{"asked to wait less than it would anyway", later(time.Second), 5, 16 * time.Second},
		{"asked to wait for nothing", later(0), 1, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.err = c.err
			for _, queue := range []string{"requests", "background"} {
				err := h.Do(t.Context(), boot.Message{
					Body: `{"v":1,"id":"x","kind":"issue","args":{}}`, Receipt: queue, Queue: "arn:aws:sqs:us-east-1:000000000000:apppass-" + queue, Received: c.received,
				})
				if !errors.Is(err, c.err) {
					t.Errorf("got %v, want %v", err, c.err)
				}
			}
			if d := cmp.Diff([]time.Duration{c.want, c.want}, h.putOff); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if d := cmp.Diff([]string{"requests", "background"}, h.receipts); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestAJobThatIsDoneIsNotPutOff(t *testing.T) {
	h := newHouse()
	if err := h.Do(t.Context(), boot.Message{Body: `{"v":1,"id":"x","kind":"issue","args":{}}`, Queue: "a:apppass-requests", Received: 1}); err != nil || len(h.putOff) > 0 {
		t.Errorf("got %v, put off by %v", err, h.putOff)
	}
}

func TestWithoutItsQueueAJobStillFailsByItsOwnError(t *testing.T) {
	again := errors.New("again")
	for name, c := range map[string]struct {
		queue   string
		failing error
	}{"another queue": {"a:other", nil}, "a queue that fails": {"a:apppass-requests", problem.ErrUnavailable}} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.err, h.failing = again, c.failing
			err := h.Do(t.Context(), boot.Message{Body: `{"v":1,"id":"x","kind":"issue","args":{}}`, Queue: c.queue, Received: 1})
			if !errors.Is(err, again) {
				t.Errorf("got %v, want %v", err, again)
			}
			if (c.failing != nil) != strings.Contains(h.log.String(), "the queue's own timeout counts") {
				t.Errorf("logged\n%s", &h.log)
			}
		})
	}
}

func TestAtTheLastTimeThePersonWhoWaitsIsTold(t *testing.T) {
	again := &job.Later{After: time.Hour, Err: errors.New("again")}
	for _, c := range []struct {
		name      string
		reply     string
		received  int
		gone      error // what the view has come to
		shown     []string
		comeAgain bool
	}{
		{"not the last time", `{"view_id":"V1"}`, 4, nil, nil, true},
		{"in the view", `{"view_id":"V1"}`, 5, nil, []string{"view V1"}, false},
		{"in a message, as the view is closed", `{"view_id":"V1"}`, 5, slackapi.ErrViewGone, []string{"view V1", "message to UALICE"}, false},
		{"in the message that was clicked", `{"response_url":"https://hooks.slack.com/x"}`, 5, nil, []string{"in place of https://hooks.slack.com/x"}, false},
		{"nobody waits", `{}`, 5, nil, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.err, h.slack.view = again, c.gone
			err := h.Do(t.Context(), boot.Message{
				Body: `{"v":1,"id":"x","kind":"issue","person":"UALICE","reply":` + c.reply + `,"args":{}}`, Queue: "a:apppass-requests", Received: c.received,
			})
			if !errors.Is(err, again.Err) || (len(h.putOff) > 0) != c.comeAgain {
				t.Errorf("got %v, put off by %v", err, h.putOff)
			}
			if d := cmp.Diff(c.shown, h.slack.shown); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestAMessageThatIsNoJobIsToldToNobody(t *testing.T) {
	h := newHouse()
	if err := h.Do(t.Context(), boot.Message{Body: `{"v":9,"reply":{"view_id":"V1"}}`, Queue: "a:apppass-requests", Received: 5}); err == nil || len(h.slack.shown) > 0 {
		t.Errorf("got %v, shown %v", err, h.slack.shown)
	}
}

func TestAQueueIsKnownByURLAndARN(t *testing.T) {
	for s, want := range map[string]string{
		"https://sqs.eu-central-1.amazonaws.com/123456789012/apppass-RequestsQueue-1A2B": "apppass-RequestsQueue-1A2B",
		"http://127.0.0.1:8082/000000000000/apppass-requestsqueue":                       "apppass-requestsqueue",
		"arn:aws:sqs:eu-central-1:123456789012:apppass-RequestsQueue-1A2B":               "apppass-RequestsQueue-1A2B",
		"plain": "plain",
	} {
		if got := queueName(s); got != want {
			t.Errorf("%s: got %s, want %s", s, got, want)
		}
	}
}
