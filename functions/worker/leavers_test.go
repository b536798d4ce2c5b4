package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/leave"
	"github.com/apppass/apppass/shared/use/reconcile"
)

// leaving is everything around [leavers] and [rolls], replaced.
type leaving struct {
	found
	finds   []leave.Found // by each look or decision, in order
	settled []leave.State
	sent    []job.Job
	asked   reconcile.Question
	answers int
}

func (l *leaving) next() (leave.Found, error) {
	f := l.finds[0]
	l.finds = l.finds[1:]
	return f, nil
}

func (l *leaving) Look(context.Context, job.Job) (leave.Found, error)   { return l.next() }
func (l *leaving) Decide(context.Context, job.Job) (leave.Found, error) { return l.next() }

func (l *leaving) Told(_ context.Context, f leave.Found) error {
	l.settled = append(l.settled, f.State)
	return nil
}

func (l *leaving) Send(_ context.Context, j job.Job, _ time.Duration) error {
	l.sent = append(l.sent, j)
	return nil
}

func (l *leaving) Reconcile(context.Context, job.Job) error { return nil }

func (l *leaving) Answer(context.Context, job.Job) (reconcile.Question, error) {
	l.answers++
	return l.asked, nil
}

func newLeaving(administer ...string) (*leaving, *leavers, *rolls) {
	l := &leaving{found: found{admins: administer, ledger: map[string]job.OnceStatus{}, failing: map[string]error{}}}
	show := &presenter{slack: l, catalog: l, people: english{}, log: slog.New(slog.DiscardHandler)}
	a := &admins{stored: l, first: "UFIRST", ledger: l, show: show, team: "TLOCAL", lease: lease, now: time.Now}
	return l, &leavers{leaver: l, catalog: l, queue: l, admins: a, show: show}, &rolls{reconciler: l, admins: a, show: show}
}

// bob is Bob in a state, with an app password.
func bob(s leave.State, gate person.GateState, why person.Reason) leave.Found {
	return leave.Found{
		State: s, Login: "robert@example.com", All: []credential.Credential{{Application: "crm"}},
		Person: person.Person{
			Owner: credential.Owner{Team: "TLOCAL", Person: "UBOB"}, Login: "bob@example.com", Gate: person.Gate{State: gate, Generation: 2, Why: why},
		},
	}
}

var (
	departed = bob(leave.Left, person.Closed, person.Deactivated)
	moved    = bob(leave.Moved, person.Held, person.LoginChanged)
)

const saidGone = "bob@example.com was deactivated in Slack. They have no app passwords any more, and get none."

func TestEveryAdminIsToldOnceWhoHasLeft(t *testing.T) {
	l, leavers, _ := newLeaving("UALICE", "UBOB", "UCAROL")
	l.finds = []leave.Found{departed, departed, departed}
	l.failing["UCAROL"] = problem.ErrUnavailable
	if err := leavers.look(t.Context(), job.Job{}); !errors.Is(err, problem.ErrUnavailable) || len(l.settled) > 0 {
		t.Errorf("got %v, and settled %v", err, l.settled)
	}
	l.failing = map[string]error{}
	for range 2 {
		if err := leavers.look(t.Context(), job.Job{}); err != nil {
			t.Fatal(err)
		}
	}
	// Who has left is an admin who is not told.
	if d := cmp.Diff([]string{"UALICE: " + saidGone, "UCAROL: " + saidGone}, l.told); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
}

func TestWithoutAStoredAdminTheFirstIsTold(t *testing.T) {
	l, leavers, _ := newLeaving()
	l.finds = []leave.Found{moved}
	if err := leavers.look(t.Context(), job.Job{}); err != nil || len(l.told) != 1 || l.told[0][:7] != "UFIRST:" {
		t.Errorf("told %q, %v", l.told, err)
	}
}

func TestAnAdminWhoCanNotBeWrittenToKeepsNothing(t *testing.T) {
	l, leavers, _ := newLeaving("UALICE", "UCAROL")
	l.finds, l.failing["UALICE"] = []leave.Found{departed}, slackapi.ErrNobody
	if err := leavers.look(t.Context(), job.Job{}); err != nil || len(l.told) != 1 || !slices.Equal(l.settled, []leave.State{leave.Left}) {
		t.Errorf("told %q, settled %v, %v", l.told, l.settled, err)
	}
}

func TestWhatIsNotFinishedIsLeftToAnotherJob(t *testing.T) {
	l, leavers, _ := newLeaving("UALICE")
	l.finds = []leave.Found{bob(leave.Unfinished, person.Closed, person.Deactivated)}
	j := job.Job{ID: "event:Ev1", Kind: job.Account, Person: "UBOB"}
	if err := leavers.look(t.Context(), j); err != nil || len(l.told) > 0 || len(l.sent) != 1 || l.sent[0].ID != j.ID {
		t.Errorf("told %q, sent %+v, %v", l.told, l.sent, err)
	}
}

func TestWhoIsBackIsLookedAtAgainOnceItIsTold(t *testing.T) {
	l, leavers, _ := newLeaving("UALICE")
	back := departed
	back.Again = true
	l.finds = []leave.Found{back, {}}
	if err := leavers.look(t.Context(), job.Job{}); err != nil || len(l.finds) > 0 || l.settled[0] != leave.Left {
		t.Errorf("%d looks are left, settled %v, %v", len(l.finds), l.settled, err)
	}
}

func TestAnAnswerIsShownInThePlaceOfTheQuestion(t *testing.T) {
	ui := slackui.In("")
	cut, letIn := bob(leave.Left, person.Closed, person.CutOff), bob(leave.Admitted, person.Open, "")
	for name, c := range map[string]struct {
		admin string
		found leave.Found
		want  string
		told  int // others
	}{
		"cut off":         {"UALICE", cut, ui.Left(cut.Person, nil, nil).Text, 1},
		"let in":          {"UALICE", letIn, ui.LetIn(letIn.Person, nil).Text, 0},
		"refused":         {"UALICE", bob(leave.Refused, person.Held, person.LoginChanged), ui.Refused(moved.Person, "", nil).Text, 0},
		"decided already": {"UALICE", bob(leave.Stale, person.Closed, person.Deactivated), saidGone, 0},
		"not finished":    {"UALICE", bob(leave.Unfinished, person.Closed, person.CutOff), ui.Ending(cut.Person).Text, 0},
		"no admin":        {"UEVE", cut, ui.Plain("leave.admin").Text, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l, leavers, _ := newLeaving("UALICE", "UCAROL")
			l.finds = []leave.Found{c.found}
			j := answered
			j.Kind, j.Person = job.Decide, c.admin
			if err := leavers.decide(t.Context(), j); err != nil {
				t.Fatal(err)
			}
			if len(l.said) != 1 || l.said[0].Text != c.want || len(l.told) != c.told || (c.admin == "UEVE") != (len(l.finds) == 1) {
				t.Errorf("shown %+v, told %q", l.said, l.told)
			}
		})
	}
}

func TestOnlyAnAdminsAnswerLetsAReconciliationGoOn(t *testing.T) {
	for admin, want := range map[string]int{"UALICE": 1, "UEVE": 0} {
		l, _, rolls := newLeaving("UALICE")
		l.asked = reconcile.Question{Run: "2026-11-25", IDs: []string{"UBOB"}, By: "UALICE", GoOn: true}
		j := answered
		j.Kind, j.Person = job.GoOn, admin
		if err := rolls.answer(t.Context(), j); err != nil || l.answers != want || len(l.said) != 1 {
			t.Errorf("%s: %d answers, shown %+v, %v", admin, l.answers, l.said, err)
		}
		// A later part of the answer has no place of its own.
		j.Reply = job.Reply{}
		if admin == "UALICE" {
			if err := rolls.answer(t.Context(), j); err != nil || len(l.said) != 1 {
				t.Errorf("the next part: shown %+v, %v", l.said, err)
			}
		}
	}
}

func TestADecisionChangesTheHomeOfWhomItIsAbout(t *testing.T) {
	j, err := job.New("trigger:1", job.Decide, job.DecideArgs{Person: "UBOB", Generation: 2})
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team = "UALICE", "TLOCAL"
	if got := changedFor(j); !slices.Equal(got, []credential.Owner{{Team: "TLOCAL", Person: "UBOB"}}) {
		t.Errorf("got %v", got)
	}
}
