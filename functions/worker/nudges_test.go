package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/nudge"
)

// reminded is everything around [nudges], replaced. Alice's last digest has one line, and stands at D1 1.2.
type reminded struct {
	found
	none     bool           // there is no digest
	outcomes []core.Outcome // of the line, at each look; the last one stays
	comesTo  core.Outcome   // what is answered comes to
	unknown  bool           // the app password
	acted    []job.Kind
}

var (
	aTuesday = time.Date(2027, 11, 9, 9, 0, 0, 0, time.UTC)
	hers     = credential.Credential{
		ID: "c0123456789abcdef", Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Application: "crm", Label: "of sales", State: credential.Active,
		Activated: aTuesday.AddDate(-1, 0, 0), Nudges: credential.Nudges{Snoozed: aTuesday.AddDate(0, 0, 7)},
	}
	itsLine = core.Line{Credential: hers.ID, Why: core.Age, At: aTuesday.AddDate(0, 0, 14)}
)

func (r *reminded) Card(context.Context, credential.Owner) (nudge.Shown, error) {
	if r.none {
		return nudge.Shown{At: aTuesday}, nil
	}
	o := r.outcomes[0]
	if len(r.outcomes) > 1 {
		r.outcomes = r.outcomes[1:]
	}
	return nudge.Shown{
		Card: core.Card{Channel: "D1", TS: "1.2", At: aTuesday, Lines: []core.Line{itsLine}}, At: aTuesday, Lines: []nudge.ShownLine{{Line: itsLine, Credential: hers, Outcome: o}},
	}, nil
}

func (r *reminded) act(j job.Job) (nudge.Answered, error) {
	r.acted = append(r.acted, j.Kind)
	if r.unknown {
		return nudge.Answered{}, credential.ErrNotFound
	}
	r.outcomes = []core.Outcome{r.comesTo}
	return nudge.Answered{Credential: hers, Outcome: r.comesTo}, nil
}

func (r *reminded) Snooze(_ context.Context, j job.Job) (nudge.Answered, error) { return r.act(j) }
func (r *reminded) Keep(_ context.Context, j job.Job) (nudge.Answered, error)   { return r.act(j) }

func (r *reminded) Credential(context.Context, credential.Owner, string) (credential.Credential, error) {
	if r.unknown {
		return credential.Credential{}, credential.ErrNotFound
	}
	return hers, nil
}

func newReminded(outcomes ...core.Outcome) (*reminded, *nudges) {
	r := &reminded{found: found{ledger: map[string]job.OnceStatus{}, failing: map[string]error{}}, outcomes: outcomes}
	show := &presenter{slack: r, catalog: r, people: english{}, log: slog.New(slog.DiscardHandler)}
	a := &admins{stored: r, first: "UFIRST", ledger: r, show: show, team: "TLOCAL", lease: lease, now: time.Now}
	n := &nudges{
		nudger: r, read: r, slack: r, catalog: r, admins: a, show: show, now: func() time.Time { return aTuesday }, log: slog.New(slog.DiscardHandler),
	}
	show.digests = n
	return r, n
}

// inDigest is a job that was asked for in a message.
func inDigest(t *testing.T, kind job.Kind, ts string) job.Job {
	t.Helper()
	j, err := job.New("trigger:1", kind, job.SnoozeArgs{Credential: hers.ID, For: "week"})
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team, j.Reply = "UALICE", "TLOCAL", job.Reply{Channel: "D1", TS: ts}
	return j
}

// written is what was shown last: where, and all of it.
func (r *reminded) written(t *testing.T) string {
	t.Helper()
	if len(r.shown) == 0 {
		return ""
	}
	var all strings.Builder
	e := json.NewEncoder(&all)
	e.SetEscapeHTML(false)
	if err := e.Encode(r.said[len(r.said)-1]); err != nil {
		t.Fatal(err)
	}
	return r.shown[len(r.shown)-1] + ": " + all.String()
}

func TestAnAnswerIsDoneByTheLastDigestOnlyAndSaidInIt(t *testing.T) {
	for name, c := range map[string]struct {
		kind    job.Kind
		ts      string
		comesTo core.Outcome
		none    bool
		unknown bool
		acts    bool
		says    []string
		not     string
	}{
		"put off":              {kind: job.Snooze, ts: "1.2", comesTo: core.Snoozed, acts: true, says: []string{"message D1 1.2: ", "Snoozed until"}, not: `"snooze"`},
		"kept":                 {kind: job.Keep, ts: "1.2", comesTo: core.Kept, acts: true, says: []string{"message D1 1.2: ", "still needed"}, not: `"keep"`},
		"rotated before":       {kind: job.Snooze, ts: "1.2", comesTo: core.Rotated, acts: true, says: []string{"message D1 1.2: ", "Rotated:"}, not: `"snooze"`},
		"too late":             {kind: job.Snooze, ts: "1.2", comesTo: core.Open, acts: true, says: []string{"message D1 1.2: ", "nothing was put off", `"snooze"`}, not: "Snoozed"},
		"by a copy":            {kind: job.Snooze, ts: "0.9", says: []string{"message D1 0.9: ", "nothing was changed", "CRM · of sales", `"show"`}, not: `"snooze"`},
		"by a copy, kept":      {kind: job.Keep, ts: "0.9", says: []string{"message D1 0.9: ", "nothing was changed"}, not: `"keep"`},
		"there is no digest":   {kind: job.Keep, ts: "0.9", none: true, says: []string{"message D1 0.9: ", "nothing was changed"}, not: `"keep"`},
		"nobody's":             {kind: job.Keep, ts: "1.2", unknown: true, acts: true, says: []string{"message D1 1.2: "}, not: "no such app password"},
		"nobody's, by a copy":  {kind: job.Keep, ts: "0.9", unknown: true, says: []string{"message D1 0.9: ", "There is no such app password of yours"}, not: `"show"`},
		"expired before it":    {kind: job.Keep, ts: "1.2", comesTo: core.Expired, acts: true, says: []string{"Stopped working", `"suggestion"`}, not: `"keep"`},
		"revoked before it":    {kind: job.Keep, ts: "1.2", comesTo: core.Revoked, acts: true, says: []string{"Revoked"}, not: `"suggestion"`},
		"used before that":     {kind: job.Keep, ts: "1.2", comesTo: core.Used, acts: true, says: []string{", so it stays"}, not: `"keep"`},
		"put off once already": {kind: job.Keep, ts: "1.2", comesTo: core.Snoozed, acts: true, says: []string{"Snoozed until"}, not: `"keep"`},
	} {
		t.Run(name, func(t *testing.T) {
			r, n := newReminded(core.Open)
			r.comesTo, r.none, r.unknown = c.comesTo, c.none, c.unknown
			if err := n.do(t.Context(), inDigest(t, c.kind, c.ts)); err != nil {
				t.Fatal(err)
			}
			if want := []job.Kind{c.kind}; c.acts != slices.Equal(r.acted, want) {
				t.Errorf("done is %v", r.acted)
			}
			got := r.written(t)
			for _, says := range c.says {
				if !strings.Contains(got, says) {
					t.Errorf("no %q in %s", says, got)
				}
			}
			if strings.Contains(got, c.not) || len(r.told) > 0 {
				t.Errorf("got %s, and told %q", got, r.told)
			}
		})
	}
}

// Of two who show the digest at a time the last one shows what is.
func TestADigestThatIsOvertakenIsShownAnew(t *testing.T) {
	for name, c := range map[string]struct {
		outcomes []core.Outcome
		want     int
		says     string
	}{
		"nothing changes": {[]core.Outcome{core.Open}, 1, "Rotate now"},
		"overtaken once":  {[]core.Outcome{core.Open, core.Rotated}, 2, "Rotated:"},
		"overtaken twice": {[]core.Outcome{core.Open, core.Snoozed, core.Revoked}, 3, "Revoked"},
	} {
		r, n := newReminded(c.outcomes...)
		if err := n.Refresh(t.Context(), hers.Owner); err != nil || len(r.shown) != c.want || !strings.Contains(r.written(t), c.says) {
			t.Errorf("%s: got %v, shown %d times, and %s", name, err, len(r.shown), r.written(t))
		}
	}
	r, n := newReminded()
	r.none = true
	if err := n.Refresh(t.Context(), hers.Owner); err != nil || len(r.shown) > 0 {
		t.Errorf("where there is none: got %v, and shown %q", err, r.shown)
	}
}

func TestANewDigestTakesTheButtonsFromTheOneBefore(t *testing.T) {
	items := []core.Item{{Credential: hers, Why: core.Age, At: itsLine.At}}
	says := "UALICE: One of your app passwords needs you: CRM · of sales"
	for name, c := range map[string]struct {
		failing, update error
		told            []string
		shown           []string
		err             error
	}{
		"said":                      {nil, nil, []string{says}, []string{"message D1 1.2"}, nil},
		"the former one is refused": {nil, problem.ErrUnavailable, []string{says}, []string{"message D1 1.2"}, nil},
		"nobody is there":           {slackapi.ErrNobody, nil, nil, nil, person.ErrUnreachable},
		"Slack is away":             {problem.ErrUnavailable, nil, nil, nil, problem.ErrUnavailable},
	} {
		r, n := newReminded(core.Open)
		r.failing["UALICE"], r.message = c.failing, c.update
		channel, ts, err := n.Digest(t.Context(), hers.Owner, person.Preferences{}, core.CardOf(items, aTuesday), items)
		if !errors.Is(err, c.err) || (ts == "1.2" && channel == "D1") != (c.err == nil) {
			t.Errorf("%s: got %s %s, %v", name, channel, ts, err)
		}
		if d := cmp.Diff(c.told, r.told) + cmp.Diff(c.shown, r.shown); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if got := r.written(t); got != "" && (!strings.Contains(got, "There is a newer reminder of this one") || strings.Contains(got, `"action_id"`)) {
			t.Errorf("%s: the former one is %s", name, got)
		}
	}
	r, n := newReminded()
	r.none = true
	if _, _, err := n.Digest(t.Context(), hers.Owner, person.Preferences{}, core.CardOf(items, aTuesday), items); err != nil || len(r.shown) > 0 {
		t.Errorf("the first one: got %v, and shown %q", err, r.shown)
	}
}

func TestTheAdminsHearOnceWhoCantBeReached(t *testing.T) {
	r, n := newReminded()
	r.admins = []string{"UALICE", "UBOB", "UCAROL"}
	r.failing["UCAROL"] = problem.ErrUnavailable
	who := person.Person{Owner: hers.Owner, Login: "alice@example.com"}
	if err := n.Unreachable(t.Context(), who); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	r.failing = map[string]error{}
	if err := n.Unreachable(t.Context(), who); err != nil {
		t.Error(err)
	}
	const says = ": Reminders about app passwords don't reach alice@example.com: Slack does not know this person any more, or takes no message for them."
	if d := cmp.Diff([]string{"UBOB" + says, "UCAROL" + says}, r.told); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAnOwnerHearsWhatWasRevokedAsNobodyUsedIt(t *testing.T) {
	r, n := newReminded()
	if err := n.Abandoned(t.Context(), hers.Owner, []credential.Credential{hers}); err != nil {
		t.Fatal(err)
	}
	if len(r.told) != 1 || !strings.HasPrefix(r.told[0], "UALICE: CRM · of sales was revoked, because nobody has used it") {
		t.Errorf("told is %q", r.told)
	}
}

// What is revoked in a digest has no message of its own: the other lines stay.
func TestWhatIsRevokedInADigestIsSaidInItsLine(t *testing.T) {
	h := newHouse()
	r, n := newReminded(core.Revoked)
	h.revocations.show.digests = n
	j := inDigest(t, job.Revoke, "1.2")
	if err := h.Do(t.Context(), message(t, j)); err != nil {
		t.Fatal(err)
	}
	if got := r.written(t); !strings.HasPrefix(got, "message D1 1.2: ") || !strings.Contains(got, "Revoked") || len(h.slack.shown) > 0 {
		t.Errorf("got %s, and %q", got, h.slack.shown)
	}
}

// The digest stays as it is: it can be pressed again.
func TestWhatHasComeToNothingInADigestIsSaidBesideIt(t *testing.T) {
	r, n := newReminded(core.Open)
	j := inDigest(t, job.Snooze, "1.2")
	if err := n.show.GaveUp(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	if len(r.shown) > 0 || len(r.told) != 1 || !strings.Contains(r.told[0], "could not be done") {
		t.Errorf("shown is %q, and told %q", r.shown, r.told)
	}
}

func TestOnlyATabThatIsMadeAnewByItselfRefreshesTheDigest(t *testing.T) {
	for name, c := range map[string]struct {
		reply   job.Reply
		publish error
		want    int
	}{
		"after a change":           {job.Reply{}, nil, 1},
		"after one, without a tab": {job.Reply{}, slackapi.ErrNoHome, 1},
		"Slack is away":            {job.Reply{}, problem.ErrUnavailable, 0},
		"opened":                   {job.Reply{Home: 1}, nil, 0},
	} {
		h := &tab{publish: []error{c.publish}}
		j := homeJob(t, job.HomeArgs{Page: 1})
		j.Reply = c.reply
		if err := h.homes().do(t.Context(), j); (err != nil) != (c.want == 0 && c.publish != nil) || len(h.refreshed) != c.want {
			t.Errorf("%s: got %v, refreshed %q", name, err, h.refreshed)
		}
	}
}
