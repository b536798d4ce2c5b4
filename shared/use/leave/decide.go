package leave

import (
	"context"
	"errors"
	"fmt"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
)

// Decide does what an admin, the job's person, has said about somebody who is held, or has left. That they administer is for the caller to
// check. Who is let in is bound to the address that Slack knows now, unless they may have no app passwords or that address is somebody
// else's: that is [Refused]. An answer that comes too late is [Stale], and the person is as they are now.
func (l *Leaver) Decide(ctx context.Context, j job.Job) (f Found, err error) {
	args, err := job.ArgsOf[job.DecideArgs](j)
	if err != nil {
		return f, err
	}
	for range attempts {
		if f, err = l.decide(ctx, j, args); !errors.Is(err, ErrChanged) {
			return f, err
		}
	}
	return f, fmt.Errorf("decide about %s, overtaken %d times: %w", args.Person, attempts, err)
}

func (l *Leaver) decide(ctx context.Context, j job.Job, args job.DecideArgs) (Found, error) {
	owner := credential.Owner{Team: j.Team, Person: args.Person}
	who, err := l.People.Person(ctx, owner)
	if err != nil {
		return Found{}, fmt.Errorf("read what is known of %s: %w", args.Person, err)
	}
	switch {
	case who.Gate.State == person.Closed && who.Known && who.Gate.Generation == args.Generation+1 && !args.Admit:
		return l.end(ctx, who) // by this job already, or as Slack says so meanwhile
	case who.Login == "" || who.Gate.State == person.Open || who.Gate.Generation != args.Generation:
		return Found{State: Stale, Person: who}, nil
	case args.Admit:
		return l.admit(ctx, who, j)
	case who.Gate.State == person.Held:
		if who, err = l.shut(ctx, who, j.Person, person.CutOff, j.ID); err != nil {
			return Found{}, err
		}
	}
	return l.end(ctx, who)
}

func (l *Leaver) admit(ctx context.Context, who person.Person, j job.Job) (Found, error) {
	account, err := l.Directory.Account(ctx, who.Owner.Person)
	if err != nil {
		return Found{}, fmt.Errorf("ask Slack about %s: %w", who.Owner.Person, err)
	}
	rules, err := l.Settings.Policy(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("read the policy: %w", err)
	}
	if account.Check(l.company.Team, l.company.Domains, rules.Guests) != nil {
		return l.refused(ctx, who, account)
	}
	if who.Gate.State == person.Closed {
		if f, err := l.end(ctx, who); err != nil || f.State == Unfinished {
			return f, err // nothing of what they had may come back with them
		}
	}
	err = l.People.Admit(ctx, who, account.Login(), l.event(who, j.Person, audit.Admitted, j.ID))
	switch {
	case errors.Is(err, person.ErrHeld):
		return l.refused(ctx, who, account)
	case err != nil:
		return Found{}, fmt.Errorf("let %s in: %w", who.Owner.Person, err)
	}
	who.Login, who.Gate = account.Login(), person.Gate{State: person.Open, Generation: who.Gate.Generation + 1}
	all, err := l.live(ctx, who)
	return Found{State: Admitted, Person: who, Login: who.Login, All: all}, err
}

func (l *Leaver) refused(ctx context.Context, who person.Person, account person.Account) (Found, error) {
	all, err := l.live(ctx, who)
	return Found{State: Refused, Person: who, Login: account.Login(), All: all}, err
}
