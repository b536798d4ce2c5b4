package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/policy"
)

const rotated = "c0123456789abcdef"

func TestTheLinkOfARotationComesIntoAModal(t *testing.T) {
	inModal := pressed("rotate", rotated)
	inModal["view"] = map[string]any{"id": "V1", "hash": "7", "type": "modal", "blocks": []any{}}
	delete(inModal, "response_url")
	for name, c := range map[string]struct {
		payload        map[string]any
		opens, updates int
		view           string
	}{
		"pressed in a message":    {pressed("rotate", rotated), 1, 0, "VOPENED"},
		"pressed in a modal":      {inModal, 0, 1, "V1"},
		"pressed in the home tab": {atHome("rotate", rotated), 1, 0, "VOPENED"},
	} {
		h := newHouse(t)
		answer := h.send(interaction(h, c.payload, nil))
		if answer.StatusCode != http.StatusOK || len(h.opened) != c.opens || len(h.updated) != c.updates || len(h.jobs) != 1 || h.jobs[0].Kind != job.Rotate ||
			h.jobs[0].Reply != (job.Reply{ViewID: c.view}) || string(h.jobs[0].Args) != `{"credential":"`+rotated+`"}` {
			t.Errorf("%s: got %d, %d views and %v", name, answer.StatusCode, len(h.opened), h.jobs)
		}
		for _, v := range append(h.opened, h.updated...) {
			if got := wordsOf(t, v); !strings.Contains(got, "Another password for it is being made.") {
				t.Errorf("%s: at first it says %s", name, got)
			}
		}
		if h.aws > 1 || h.slacks > 1 {
			t.Errorf("%s: it asks AWS %d times and Slack %d times", name, h.aws, h.slacks)
		}
	}
}

// wordsOf is every text of a view, a line each.
func wordsOf(t *testing.T, v slack.ModalViewRequest) string {
	t.Helper()
	var blocks any
	body, err := json.Marshal(v.Blocks)
	if err == nil {
		err = json.Unmarshal(body, &blocks)
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(texts(blocks), "\n")
}

// outdated is a house whose Slack says that a view is another one by now, or closed.
type outdated struct {
	*house
	why error
}

func (o outdated) UpdateView(context.Context, string, string, slack.ModalViewRequest) error {
	return o.why
}

func TestAModalThatIsPressedTwiceRotatesOnce(t *testing.T) {
	for why, want := range map[error]int{slackapi.ErrViewChanged: 0, slackapi.ErrViewGone: 1} {
		h := newHouse(t)
		h.app.slack = outdated{h, why}
		p := pressed("rotate", rotated)
		p["view"] = map[string]any{"id": "V1", "hash": "7", "type": "modal", "blocks": []any{}}
		delete(p, "response_url")
		if answer := h.send(interaction(h, p, nil)); answer.StatusCode != http.StatusOK || len(h.jobs) != want {
			t.Errorf("%v: got %d and %v", why, answer.StatusCode, h.jobs)
		}
	}
}

// full is a house of which the queue takes nothing. What is said then is no call that is counted: it comes after all else has failed.
type full struct{ *house }

func (full) Send(context.Context, job.Job, time.Duration) error { return errors.New("no room") }

func (f full) UpdateView(_ context.Context, _, _ string, v slack.ModalViewRequest) error {
	f.updated = append(f.updated, v)
	return nil
}

func TestWhoWaitsForARotationHearsThatItCanNotBeMade(t *testing.T) {
	h := newHouse(t)
	h.app.queue, h.app.slack = full{h}, full{h}
	if answer := h.send(interaction(h, pressed("rotate", rotated), nil)); answer.StatusCode != http.StatusOK || len(h.updated) != 1 {
		t.Fatalf("got %d and %d changed views", answer.StatusCode, len(h.updated))
	}
	if got := wordsOf(t, h.updated[0]); !strings.Contains(got, "Reference: 1a2b3c4d") {
		t.Errorf("it says %s", got)
	}
}

func TestWhatIsToBeRotatedIsFoundAndShown(t *testing.T) {
	at := func(id, application, label string, s credential.State) credential.Credential {
		c := credential.Credential{ID: id, Application: application, Label: label, State: s, Made: signedAt, Activated: signedAt}
		if s == credential.Revoked {
			c.Ended = signedAt
		}
		return c
	}
	laptop, phone := at("c0000000000000001", "thunderbird", "laptop", credential.Active), at("c0000000000000002", "ios-mail", "phone", credential.Active)
	fresh, old := at("c0000000000000003", "crm", "fresh", credential.Pending), at("c0000000000000004", "crm", "old", credential.Revoked)
	rules := policy.Default()
	for _, c := range []struct {
		typed, want, not string
		rules            *policy.Policy
	}{
		{"rotate laptop", "press Rotate for a new password. The present one works on until you have seen", "phone", nil},
		{"rotate laptop", "until 24 hours after you have seen the new one", "phone", &rules},
		{"renew c0000000000000002", "iOS Mail · phone: press Rotate", "laptop", nil},
		{"change", "Which one is to be rotated?", "fresh", nil}, // only what works can be
		{"rotate fresh", "It was not revealed yet", "Rotate\n", nil},
		{"rotate old", "It was revoked", "Rotate\n", nil},
		{"rotate nothing", "You have no app password of that name that works. Nothing was changed.", "fresh", nil},
		{"roatte laptop", "/apppass rotate", "Which one is to be rotated", nil},
		{"help rotate", "Instead of rotate you can type renew or change.", "Which", nil},
	} {
		h := newHouse(t)
		h.has, h.had = []credential.Credential{laptop, phone, fresh}, []credential.Credential{old}
		h.app.rules.Store(c.rules)
		got := h.shown(h.send(command(c.typed, nil)))
		if !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
			t.Errorf("%s: got\n%s\nwant %q and not %q", c.typed, got, c.want, c.not)
		}
		if len(h.jobs)+len(h.opened) > 0 {
			t.Errorf("%s: typing alone has queued %v", c.typed, h.jobs)
		}
	}
}

func TestWhereNothingWorksYetThereIsStillAnAnswer(t *testing.T) {
	for state, want := range map[credential.State]string{credential.Pending: "CRM · fresh", "": "You have no app passwords"} {
		h := newHouse(t)
		if state != "" {
			h.has = []credential.Credential{{ID: "c0000000000000003", Application: "crm", Label: "fresh", State: state, Made: signedAt}}
		}
		if got := h.shown(h.send(command("rotate", nil))); !strings.Contains(got, want) || strings.Contains(got, "Rotate\n") {
			t.Errorf("%q: got\n%s", state, got)
		}
	}
}

func TestWhatIsPressedAboutAFormerPasswordIsQueued(t *testing.T) {
	for action, kind := range map[string]job.Kind{"end_former": job.EndFormer, "extend_former": job.ExtendFormer} {
		for value, want := range map[string]string{
			rotated + " 1795597200": `{"credential":"` + rotated + `","made":1795597200}`,
			rotated:                 "",
			"x 1795597200":          "",
			rotated + " soon":       "",
			"":                      "",
		} {
			h := newHouse(t)
			answer := h.send(interaction(h, pressed(action, value), nil))
			switch {
			case want == "" && (answer.StatusCode != http.StatusBadRequest || len(h.jobs) > 0):
				t.Errorf("%s %q: got %d and %v", action, value, answer.StatusCode, h.jobs)
			case want != "" && (answer.StatusCode != http.StatusOK || len(h.jobs) != 1 || h.jobs[0].Kind != kind || string(h.jobs[0].Args) != want):
				t.Errorf("%s %q: got %d and %v, want %s", action, value, answer.StatusCode, h.jobs, want)
			}
		}
	}
}
