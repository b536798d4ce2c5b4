package nudge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// Answered is what has come of an answer to a reminder.
type Answered struct {
	Credential credential.Credential // as it is then
	// Line is what the owner was told of it last, to which the answer is.
	Line nudge.Line
	// Outcome is what is the case now. It is [nudge.Open] where the reminder can't be put off for so long: its time would be over.
	Outcome nudge.Outcome
	// Until is when the owner hears of it again, if it was put off.
	Until time.Time
}

// attempts is how often an answer is tried that others overtake.
const attempts = 4

// Snooze does a job of that kind: it puts a reminder off, counted from when that was asked for. Of what is no longer open nothing changes.
// The error is [credential.ErrNotFound] where the person has no such app password.
func (n *Nudger) Snooze(ctx context.Context, j job.Job) (Answered, error) {
	args, err := job.ArgsOf[job.SnoozeArgs](j)
	if err != nil {
		return Answered{}, err
	}
	choice := nudge.Snooze(args.For)
	if !slices.Contains(nudge.Snoozes, choice) {
		return Answered{}, fmt.Errorf("a reminder can't be put off for %q: %w", args.For, job.ErrForeign)
	}
	return n.answer(ctx, j, args.Credential, func(l *look, line nudge.Line, c credential.Credential, a *Answered) error {
		i, ok := nudge.ItemOf(c, line.Why, l.now, l.rules)
		if !ok || a.Outcome != nudge.Open && a.Outcome != nudge.Snoozed {
			return nil
		}
		until, ok := choice.Until(i, time.Unix(j.At, 0), l.hours)
		if !ok || !until.After(l.now) {
			return nil
		}
		a.Outcome, a.Until, a.Credential.Nudges.Snoozed = nudge.Snoozed, until, until
		return n.Store.PutOff(ctx, c, until, credential.Sooner(c.Nudges.Wake, until))
	})
}

// Keep does a job of that kind: what nobody uses is needed all the same. Of what is over nothing changes.
func (n *Nudger) Keep(ctx context.Context, j job.Job) (Answered, error) {
	args, err := job.ArgsOf[job.KeepArgs](j)
	if err != nil {
		return Answered{}, err
	}
	return n.answer(ctx, j, args.Credential, func(_ *look, _ nudge.Line, c credential.Credential, a *Answered) error {
		if a.Outcome != nudge.Open && a.Outcome != nudge.Snoozed {
			return nil
		}
		at := time.Unix(j.At, 0)
		a.Outcome, a.Credential.Nudges.Kept = nudge.Kept, at
		return n.Store.Keep(ctx, c, at)
	})
}

// answer reads what is the case, and does what was answered to it.
func (n *Nudger) answer(ctx context.Context, j job.Job, id string, do func(*look, nudge.Line, credential.Credential, *Answered) error) (Answered, error) {
	for range attempts {
		l, err := n.look(ctx, j)
		if err != nil {
			return Answered{}, err
		}
		at := slices.IndexFunc(l.All, func(c credential.Credential) bool { return c.ID == id })
		if at < 0 {
			return Answered{}, credential.ErrNotFound
		}
		c := l.All[at]
		line, told := l.line(c)
		a := Answered{Credential: c, Line: line, Outcome: line.Now(c, told, l.now), Until: c.Nudges.Snoozed}
		if err = do(l, line, c, &a); !errors.Is(err, ErrChanged) {
			return a, err
		}
	}
	return Answered{}, fmt.Errorf("answer about %s, overtaken %d times: %w", id, attempts, ErrChanged)
}

// line is what the owner was told of c last, and when. It is the last card's, or else what was said on one before.
func (l *look) line(c credential.Credential) (nudge.Line, time.Time) {
	for _, line := range l.Card.Lines {
		if line.Credential == c.ID {
			return line, l.Card.At
		}
	}
	why := nudge.Age
	for _, w := range []nudge.Why{nudge.End, nudge.Idle} {
		if i, ok := nudge.ItemOf(c, w, l.now, l.rules); ok && (w == nudge.End || !c.Nudges.Asked.IsZero() && i.At.Equal(c.Nudges.Asked.Add(l.rules.IdleAnswer))) {
			why = w
		}
	}
	i, _ := nudge.ItemOf(c, why, l.now, l.rules)
	return nudge.Line{Credential: c.ID, Why: why, At: i.At, Stops: i.Stops}, c.Nudges.Told
}

// Shown is a person's last digest, as things are now.
type Shown struct {
	Card nudge.Card // its TS is empty where there is none
	// Lines is the card's, in its order, without those of which nothing is known any more.
	Lines []ShownLine
	Speak person.Preferences
	At    time.Time
}

// ShownLine is a line of a digest, and what has become of it.
type ShownLine struct {
	nudge.Line
	Credential credential.Credential
	Outcome    nudge.Outcome
}

// Card is the person's last digest.
func (n *Nudger) Card(ctx context.Context, owner credential.Owner) (Shown, error) {
	k, err := n.Store.Known(ctx, owner)
	if err != nil {
		return Shown{}, fmt.Errorf("look at the card of %s: %w", owner.Person, err)
	}
	s := Shown{Card: k.Card, Speak: k.Speak, At: n.now()}
	for _, line := range k.Card.Lines {
		for _, c := range k.All {
			if c.ID == line.Credential && c.Owner == owner {
				s.Lines = append(s.Lines, ShownLine{line, c, line.Now(c, k.Card.At, s.At)})
			}
		}
	}
	return s, nil
}
