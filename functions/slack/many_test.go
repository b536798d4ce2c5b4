package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
)

var (
	ofPhone  = credential.Credential{ID: "c00000000000000p0", Application: "ios-mail", Label: "phone", State: credential.Active}
	ofLaptop = credential.Credential{ID: "c00000000000000m0", Application: "thunderbird", Label: "laptop", State: credential.Active}
)

// answered sends a form.
func answered(view map[string]any) map[string]any {
	view["id"], view["hash"], view["type"] = "V1", "7", "modal"
	return map[string]any{
		"type": "view_submission", "team": map[string]any{"id": team}, "user": map[string]any{"id": "UALICE"}, "trigger_id": "1.2.3", "view": view,
	}
}

func TestFormsForManyOpenAfterOneReadAndRevokeNothing(t *testing.T) {
	for typed, c := range map[string]struct {
		callback string
		opens    int
	}{
		"lost": {"lost", 1}, "lost phone": {"lost", 1}, "stolen": {"lost", 1}, "revoke all": {"revoke_many", 1}, "rm ALL thunderbird": {"revoke_many", 1},
		"revoke all outlook": {"", 0}, "revoke laptop": {"", 0},
	} {
		h := newHouse(t)
		h.has = []credential.Credential{ofLaptop, ofPhone}
		answer := h.send(command(typed, nil))
		if answer.StatusCode != http.StatusOK || len(h.opened) != c.opens || len(h.jobs) > 0 {
			t.Fatalf("%q: got %d, %d views, %v", typed, answer.StatusCode, len(h.opened), h.jobs)
		}
		if c.opens > 0 && (h.opened[0].CallbackID != c.callback || answer.Body != "") {
			t.Errorf("%q: got %q, and %s", typed, h.opened[0].CallbackID, answer.Body)
		}
	}
	h := newHouse(t)
	if answer := h.send(command("lost", nil)); len(h.opened) > 0 || !strings.Contains(answer.Body, "You have no app passwords") {
		t.Errorf("who has none: %d views, %s", len(h.opened), answer.Body)
	}
}

func TestButtonsForManyOpenWhereTheyArePressed(t *testing.T) {
	inModal := pressed("lost", "")
	inModal["view"] = map[string]any{"id": "V1", "hash": "7", "type": "modal", "blocks": []any{}}
	delete(inModal, "response_url")
	for name, c := range map[string]struct {
		payload         map[string]any
		opened, updated int
		callback        string
	}{
		"lost, in a message":  {pressed("lost", ""), 1, 0, "lost"},
		"lost, in a modal":    {inModal, 0, 1, "lost"},
		"all":                 {pressed("revoke_all", "*"), 1, 0, "revoke_many"},
		"all of an app":       {pressed("revoke_all", "ios-mail"), 1, 0, "revoke_many"},
		"all of another app":  {pressed("revoke_all", "crm"), 0, 0, ""},
		"all of what is none": {pressed("revoke_all", ""), 0, 0, ""},
	} {
		h := newHouse(t)
		h.has = []credential.Credential{ofLaptop, ofPhone}
		answer := h.send(interaction(h, c.payload, nil))
		views := append(h.opened, h.updated...)
		if c.callback == "" {
			// What there is instead: the list, in the place of the message or over it.
			if answer.StatusCode != http.StatusOK || len(h.jobs) > 0 || len(views)+len(h.replaced) != 1 || len(views) > 0 && views[0].CallbackID != "" {
				t.Errorf("%s: got %d, %v, %d views", name, answer.StatusCode, h.jobs, len(views))
			}
			continue
		}
		if answer.StatusCode != http.StatusOK || len(h.opened) != c.opened || len(h.updated) != c.updated || views[0].CallbackID != c.callback || len(h.jobs) > 0 {
			t.Errorf("%s: got %d, %d opened, %d updated, %v", name, answer.StatusCode, len(h.opened), len(h.updated), h.jobs)
		}
	}
}

func TestWhatIsCheckedIsAskedAboutAndThenQueued(t *testing.T) {
	checked := func(ids ...string) map[string]any {
		var options []any
		for _, id := range ids {
			options = append(options, map[string]any{"value": id})
		}
		return map[string]any{
			"callback_id": "lost", "private_metadata": "de-DE",
			"blocks": []any{map[string]any{"type": "input", "block_id": "phone_0", "label": map[string]any{"type": "plain_text", "text": "x"}, "element": map[string]any{"type": "checkboxes", "action_id": "chosen"}}},
			"state":  map[string]any{"values": map[string]any{"phone_0": map[string]any{"chosen": map[string]any{"type": "checkboxes", "selected_options": options}}}},
		}
	}
	for name, c := range map[string]struct {
		ids  []string
		want string
	}{
		"one":          {[]string{ofPhone.ID}, `"private_metadata":"de ` + ofPhone.ID + `"`},
		"and a gone":   {[]string{"c00000000000000x0", ofPhone.ID}, `"private_metadata":"de ` + ofPhone.ID + `"`},
		"nothing":      {nil, `"errors":{"phone_0"`},
		"what is gone": {[]string{"c00000000000000x0"}, `"errors":{"phone_0"`},
	} {
		h := newHouse(t)
		h.has = []credential.Credential{ofLaptop, ofPhone}
		answer := h.send(interaction(h, answered(checked(c.ids...)), nil))
		if got := strings.Replace(answer.Body, "de-DE ", "de ", 1); answer.StatusCode != http.StatusOK || !strings.Contains(got, c.want) || len(h.jobs) > 0 {
			t.Errorf("%s: got %d %s, %v", name, answer.StatusCode, got, h.jobs)
		}
	}
	h := newHouse(t)
	h.broken = problem.ErrUnavailable
	if answer := h.send(interaction(h, answered(checked(ofPhone.ID)), nil)); !strings.Contains(answer.Body, `"errors":{"phone_0"`) {
		t.Errorf("while storage is away: got %s", answer.Body)
	}
}

func TestWhatWasAskedAboutIsQueued(t *testing.T) {
	many := func(metadata string) map[string]any {
		return answered(map[string]any{"callback_id": "revoke_many", "private_metadata": metadata})
	}
	h := newHouse(t)
	answer := h.send(interaction(h, many("en "+ofPhone.ID+" "+ofLaptop.ID), nil))
	if answer.StatusCode != http.StatusOK || len(h.jobs) != 1 || h.jobs[0].ID != "view:V1:7" || h.jobs[0].Kind != job.RevokeMany || h.jobs[0].Reply != (job.Reply{ViewID: "V1"}) ||
		string(h.jobs[0].Args) != `{"credentials":["`+ofLaptop.ID+`","`+ofPhone.ID+`"]}` || h.delays[0] != afterAck || !strings.Contains(answer.Body, "being revoked: 2") {
		t.Errorf("got %d %s, %v", answer.StatusCode, answer.Body, h.jobs)
	}
	if answer := h.send(interaction(h, many("en "), nil)); answer.StatusCode != http.StatusBadRequest || len(h.jobs) != 1 {
		t.Errorf("about nothing: got %d", answer.StatusCode)
	}
	h.broken = problem.ErrUnavailable
	if answer := h.send(interaction(h, many("en "+ofPhone.ID), nil)); answer.StatusCode != http.StatusServiceUnavailable || strings.Contains(answer.Body, "being revoked") {
		t.Errorf("while the queue is away: got %d %s", answer.StatusCode, answer.Body)
	}
}

func TestAnAnswerAboutANetworkIsQueued(t *testing.T) {
	value := ofPhone.ID + " 1795597200 203.0.113.0/24"
	for action, kind := range map[string]job.Kind{"network_mine": job.Remember, "network_not_mine": job.Disown} {
		h := newHouse(t)
		answer := h.send(interaction(h, pressed(action, value), nil))
		if answer.StatusCode != http.StatusOK || len(h.jobs) != 1 || h.jobs[0].Kind != kind || string(h.jobs[0].Args) != `{"credential":"`+ofPhone.ID+`","made":1795597200,"network":"203.0.113.0/24"}` {
			t.Errorf("%s: got %d, %v", action, answer.StatusCode, h.jobs)
		}
		if answer := h.send(interaction(h, pressed(action, ofPhone.ID), nil)); answer.StatusCode != http.StatusBadRequest || len(h.jobs) != 1 {
			t.Errorf("%s about nothing: got %d", action, answer.StatusCode)
		}
	}
	h := newHouse(t)
	answer := h.send(interaction(h, pressed("doctor", ""), nil))
	if answer.StatusCode != http.StatusOK || len(h.opened) != 1 || len(h.jobs) != 1 || h.jobs[0].Kind != job.Doctor || h.jobs[0].Reply != (job.Reply{ViewID: "VOPENED"}) {
		t.Errorf("the doctor: got %d, %d views, %v", answer.StatusCode, len(h.opened), h.jobs)
	}
}
