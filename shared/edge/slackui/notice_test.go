package slackui

import (
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// withNotices adds what owners are told of their app passwords, and what they answer.
func withNotices(u UI, all map[string]any) map[string]any {
	known := catalog.Builtin()
	tried := job.TriedArgs{Credential: laptop.ID, Reason: "revoked", Service: "mail", Protocol: "imap", Network: "203.0.113.0/24", Address: "203.0.113.7"}
	lapsed, nowhere := tried, tried
	lapsed.Reason, nowhere.Address = "expired", ""
	const reason = "The *laptop* was <@UBOB>'s, and is gone"
	for name, screen := range map[string]Message{
		"remembered":         u.Remembered(laptop, known, "203.0.113.0/24"),
		"disowned":           u.Disowned(laptop, known),
		"disowned-withdrawn": u.Disowned(withdrawn, known),
		"is-over-revoked":    u.IsOver(revoked, known),
		"is-over-expired":    u.IsOver(expired, known),
		"replaced":           u.Replaced(laptop, known),
		"tried-revoked":      u.Tried(revoked, known, later, tried),
		"tried-expired":      u.Tried(expired, known, later, lapsed),
		"tried-replaced":     u.Tried(laptop, known, later, nowhere),
		"guessed":            u.Guessed(later, job.GuessedArgs{Login: "alice@example.com", Protocol: "smtp", Address: "203.0.113.7"}),
		"admin-revoked":      u.AdminRevoked([]credential.Credential{laptop}, known, reason),
		"admin-revoked-many": u.AdminRevoked([]credential.Credential{laptop, phone, withdrawn}, known, reason),
		"rotation-asked":     u.RotationAsked(laptop, known, later.AddDate(0, 0, 14), reason),
	} {
		all[name] = screen
	}
	return all
}

func TestTheAnswersAboutANetworkAreReadFromTheirButtons(t *testing.T) {
	value := laptop.ID + " 1795597200 2001:db8::/48"
	want := job.NetworkArgs{Credential: laptop.ID, Made: 1795597200, Network: "2001:db8::/48"}
	if got, ok := ParseNetwork(value); got != want || !ok {
		t.Errorf("got %+v, %v", got, ok)
	}
	body := string(marshal(t, In("en").Used(laptop, catalog.Builtin(), made, job.UsedArgs{Made: made.Unix(), Network: "2001:db8::/48"}).Blocks))
	if strings.Count(body, `"value":"`+value+`"`) != 2 || strings.Contains(body, `"action_id":"revoke"`) {
		t.Errorf("the buttons are %s", body)
	}
	for _, value := range []string{
		"", laptop.ID, laptop.ID + " 1795597200", laptop.ID + " x 2001:db8::/48", "x 1795597200 2001:db8::/48", laptop.ID + " 1 2001:db8::", value + " x",
	} {
		if got, ok := ParseNetwork(value); ok {
			t.Errorf("%q is read as %+v", value, got)
		}
	}
}

func TestANoticeOffersWhatHelpsThen(t *testing.T) {
	u, known := In("en"), catalog.Builtin()
	args := job.TriedArgs{Reason: "superseded", Protocol: "imap"}
	for name, c := range map[string]struct {
		m    Message
		want []string
	}{
		"the old one of a rotation":        {u.Tried(laptop, known, later, args), []string{ActionRotate, ActionDoctor}},
		"the old one, and all is over":     {u.Tried(revoked, known, later, args), []string{ActionSuggestion, ActionDoctor}},
		"what an administrator has ended":  {u.AdminRevoked([]credential.Credential{laptop}, known, "x"), []string{ActionSuggestion, ActionList}},
		"what an administrator wants done": {u.RotationAsked(laptop, known, later, "x"), []string{ActionRotate, ActionShow}},
	} {
		body := string(marshal(t, c.m.Blocks))
		if strings.Count(body, `"action_id"`) != len(c.want) {
			t.Errorf("%s: the buttons are %s", name, body)
		}
		for _, action := range c.want {
			if !strings.Contains(body, `"action_id":"`+action+`"`) {
				t.Errorf("%s: no %s in %s", name, action, body)
			}
		}
	}
	// One application: its form is offered. Several: the form without one.
	one := string(marshal(t, u.AdminRevoked([]credential.Credential{laptop, laptop}, known, "x").Blocks))
	two := string(marshal(t, u.AdminRevoked([]credential.Credential{laptop, phone}, known, "x").Blocks))
	if !strings.Contains(one, `"value":"new thunderbird"`) || !strings.Contains(two, `"value":"new"`) {
		t.Errorf("offered are %s and %s", one, two)
	}
}

func TestAnAdministratorsReasonIsNeverMarkup(t *testing.T) {
	for what, s := range hostile {
		reason := filledUp(s, job.LongestReason)
		for _, m := range []Message{
			In("de").AdminRevoked(crowd(job.MostRevoked), catalog.Builtin(), reason), In("de").RotationAsked(laptop, catalog.Builtin(), made.Add(time.Hour), reason),
		} {
			checkScreen(t, m)
			if strings.Contains(m.Text, reason) || !strings.Contains(string(marshal(t, m.Blocks)), `"type":"plain_text","text":`+string(marshal(t, "Grund: "+reason))) {
				t.Errorf("%s: the reason is not a text of its own: %s", what, marshal(t, m.Blocks))
			}
		}
	}
}
