package slackui

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
)

// withLeave adds what admins are shown of people who leave.
func withLeave(u UI, all map[string]any) map[string]any {
	as := func(state person.GateState, why person.Reason) person.Person {
		return person.Person{
			Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Login: "alice@example.com",
			Gate: person.Gate{State: state, Generation: 2, Since: made, Why: why},
		}
	}
	held, cut, left := as(person.Held, person.LoginChanged), as(person.Closed, person.CutOff), as(person.Closed, person.Deactivated)
	admitted := as(person.Open, "")
	admitted.Login = "alice.b@example.com"
	two := []credential.Credential{laptop, laptop, withdrawn}
	var ids []string
	for n := range 23 {
		ids = append(ids, fmt.Sprintf("U%03d", n))
	}
	maps.Copy(all, map[string]any{
		"left":             u.Left(left, two, catalog.Builtin()),
		"left-nothing":     u.Left(left, nil, catalog.Builtin()),
		"left-guest":       u.Left(as(person.Closed, person.BecameGuest), two[:1], catalog.Builtin()),
		"left-cut-off":     u.Left(cut, two, catalog.Builtin()),
		"moved":            u.Moved(held, "alice.b@example.com", two),
		"moved-nothing":    u.Moved(left, "alice.b@example.com", nil),
		"let-in":           u.LetIn(admitted, two[:2]),
		"let-in-nothing":   u.LetIn(admitted, nil),
		"refused":          u.Refused(held, "alice.b@example.com", two),
		"decided-let-in":   u.Decided(admitted),
		"decided-left":     u.Decided(left),
		"decided-cut-off":  u.Decided(cut),
		"decided-anew":     u.Decided(held),
		"ending":           u.Ending(cut),
		"not-an-admin":     u.Plain("leave.admin"),
		"reconcile-many":   u.TooMany("2026-11-25", ids, 300),
		"reconcile-absent": u.Absent(ids[:2]),
		"reconcile-yes":    u.Reconciled("UALICE", true, ids),
		"reconcile-no":     u.Reconciled("UALICE", false, ids),
		"reconcile-over":   u.Reconciled("", false, nil),
	})
	return all
}

func TestADecisionIsReadAsItWasWritten(t *testing.T) {
	who := person.Person{Owner: credential.Owner{Person: "UALICE"}, Gate: person.Gate{Generation: 7}}
	for action, want := range map[string]job.DecideArgs{
		ActionAdmit: {Person: "UALICE", Generation: 7, Admit: true}, ActionCutOff: {Person: "UALICE", Generation: 7},
	} {
		if got, ok := ParseDecision(action, decision(who)); !ok || got != want {
			t.Errorf("%s: got %+v, %v", action, got, ok)
		}
	}
	for _, value := range []string{"", "UALICE", "UALICE ", " 7", "UALICE 0", "UALICE -1", "UALICE seven", "UALICE 7 8"} {
		if got, ok := ParseDecision(ActionAdmit, value); ok {
			t.Errorf("%q is read as %+v", value, got)
		}
	}
}

func TestTheOwnersWordsAreNotTheAdmins(t *testing.T) {
	who := person.Person{Owner: laptop.Owner, Login: "alice@example.com", Gate: person.Gate{State: person.Closed, Why: person.Deactivated, Since: made}}
	m := In("en").Left(who, []credential.Credential{laptop}, catalog.Builtin())
	if body := string(marshal(t, m.Blocks)); strings.Contains(body, laptop.Label) || !strings.Contains(body, "Thunderbird (1)") {
		t.Errorf("got %s", body)
	}
}
