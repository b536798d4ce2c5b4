package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
)

// wants is an example with another body.
func wants(t *testing.T, name, body string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	e := example(t, name)
	e.Body = body
	return e
}

// queued is the jobs that were left to the worker.
func (h *house) queued() (all []job.Job) {
	h.t.Helper()
	for _, m := range h.Queues().Messages() {
		j, err := job.Parse(m.Body)
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, j)
	}
	return all
}

const olga = `"actor":"arn:aws:iam::123456789012:user/olga"}`

func TestWhatIsWantedOfAPersonIsLeftToTheWorker(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		e    events.APIGatewayV2HTTPRequest
		kind job.Kind
		args string
	}{
		"an application's": {example(t, "revoke-person"), job.AdminRevoke, `{"application":"thunderbird","reason":"The laptop was stolen",` + olga},
		"all":              {wants(t, "revoke-person", `{"reason":" left the team "}`), job.AdminRevoke, `{"reason":"left the team",` + olga},
		"one":              {wants(t, "revoke-person", `{"credential":"c0123456789abcdef","reason":"x"}`), job.AdminRevoke, `{"credential":"c0123456789abcdef","reason":"x",` + olga},
		"a rotation":       {example(t, "rotate-person"), job.AskRotation, `{"credential":"c0123456789abcdef","days":30,"reason":"The mail server was moved",` + olga},
		"a rotation, soon": {wants(t, "rotate-person", `{"credential":"c0123456789abcdef","reason":"x"}`), job.AskRotation, `{"credential":"c0123456789abcdef","days":14,"reason":"x",` + olga},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			status, body := h.send(c.e)
			again, same := h.send(c.e)
			all := h.queued()
			if status != http.StatusAccepted || again != status || len(body) != 1 || body["job"] != same["job"] || len(all) != 2 {
				t.Fatalf("got %d %v, then %d %v, and %d jobs", status, body, again, same, len(all))
			}
			for _, j := range all {
				want := job.Job{V: job.Version, ID: body["job"].(string), Kind: c.kind, Person: "UALICE", Team: "TLOCAL", At: j.At, Args: []byte(c.args)}
				if d := cmp.Diff(want, j); d != "" || !strings.HasPrefix(j.ID, "admin:8d7f0e1c-6a55-4b0e-9d53-") || j.At == 0 {
					t.Errorf("(-want +got):\n%s", d)
				}
			}
		})
	}
}

func TestAKeyStandsForOneThing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	seen := map[any]string{}
	other := example(t, "revoke-person")
	other.RequestContext.Authorizer.IAM.UserARN = "arn:aws:iam::123456789012:user/otto"
	elsewhere := example(t, "revoke-person")
	elsewhere.Headers["idempotency-key"] = "x"
	for what, e := range map[string]events.APIGatewayV2HTTPRequest{
		"the first": example(t, "revoke-person"), "another reason": wants(t, "revoke-person", `{"application":"thunderbird","reason":"x"}`),
		"another person": at(example(t, "revoke-person"), "/v1/admin/people/UBOB/revoke", ""), "another administrator": other, "another key": elsewhere,
	} {
		status, body := h.send(e)
		if status != http.StatusAccepted || seen[body["job"]] != "" {
			t.Errorf("%s: got %d, and the job of %s", what, status, seen[body["job"]])
		}
		seen[body["job"]] = what
	}
}

func TestWhatIsWantedOfAPersonMayBeRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pw := password.New(password.General)
	shown := pw.Format().Show("app", pw.Reveal())
	keyless, odd, unsigned := example(t, "revoke-person"), example(t, "rotate-person"), example(t, "revoke-person")
	delete(keyless.Headers, "idempotency-key")
	odd.Headers["idempotency-key"] = "a key"
	unsigned.RequestContext.Authorizer = nil
	for name, c := range map[string]struct {
		e      events.APIGatewayV2HTTPRequest
		status int
		code   string
	}{
		"nothing":                {wants(t, "revoke-person", ``), 400, "admin.body"},
		"half JSON":              {wants(t, "revoke-person", `{"reason":"`), 400, "admin.body"},
		"more than JSON":         {wants(t, "revoke-person", `{"reason":"x"} {}`), 400, "admin.body"},
		"an unknown member":      {wants(t, "revoke-person", `{"reason":"x","application_id":"crm"}`), 400, "admin.body"},
		"a long body":            {wants(t, "revoke-person", `{"reason":"`+strings.Repeat(" ", longestBody)+`x"}`), 400, "admin.body"},
		"no credential's id":     {wants(t, "revoke-person", `{"reason":"x","credential":"laptop"}`), 400, "admin.body"},
		"no application's id":    {wants(t, "revoke-person", `{"reason":"x","application":"The CRM"}`), 400, "admin.body"},
		"no reason":              {wants(t, "revoke-person", `{}`), 400, "admin.reason"},
		"a long reason":          {wants(t, "revoke-person", `{"reason":"`+strings.Repeat("x", job.LongestReason+1)+`"}`), 400, "admin.reason"},
		"a password in it":       {wants(t, "revoke-person", `{"reason":"found `+shown+`"}`), 400, "admin.reason.password"},
		"one in a rotation's":    {wants(t, "rotate-person", `{"credential":"c0123456789abcdef","reason":"`+shown+`"}`), 400, "admin.reason.password"},
		"a rotation of nothing":  {wants(t, "rotate-person", `{"reason":"x"}`), 400, "admin.body"},
		"a rotation at once":     {wants(t, "rotate-person", `{"credential":"c0123456789abcdef","reason":"x","days":0}`), 400, "admin.days"},
		"a rotation at the end":  {wants(t, "rotate-person", `{"credential":"c0123456789abcdef","reason":"x","days":366}`), 400, "admin.days"},
		"a person by their name": {at(example(t, "revoke-person"), "/v1/admin/people/alice/revoke", ""), 400, "admin.person"},
		"no Idempotency-Key":     {keyless, 400, "admin.idempotency"},
		"one with a space":       {odd, 400, "admin.idempotency"},
		"no identity":            {unsigned, 403, "admin.unsigned"},
	} {
		if status, body := h.send(c.e); status != c.status || body["error"] != c.code {
			t.Errorf("%s: got %d %v, want %d %s", name, status, body["error"], c.status, c.code)
		}
	}
	if all := h.queued(); len(all) > 0 {
		t.Errorf("%d jobs were left", len(all))
	}
	if strings.Contains(h.log.String(), shown) || strings.Contains(h.log.String(), pw.Reveal()) {
		t.Error("the password is in the log")
	}
	if err := h.Faults.Add(faults.Fault{Target: "sqs", Kind: faults.Before}); err != nil {
		t.Fatal(err)
	}
	if status, body := h.send(example(t, "revoke-person")); status != 503 || body["error"] != "problem.unavailable" {
		t.Errorf("while the queue is away: got %d %v", status, body["error"])
	}
}
