// Package leave ends everything of people who leave, holds those whose address changes until an admin says who they are, and lets those in
// again who come back.
//
// # What is promised
//
// The gate closes first. From then on nothing can be issued, rotated or revealed, as each of these carries the gate's condition; so what is
// found by a consistent read of the person's own things afterwards is all there will ever be, and it is ended, again until none is left.
// A step that fails is made again, in whatever order jobs arrive. Who comes back starts with nothing.
//
// Only Slack's own word about that very id counts, asked for now: an event or a list is a reason to ask, never the answer. Who is
// unknown to Slack is left as they are.
//
// # What may be changed here
//
// What else Slack may say that changes what people may have is a case in [Leaver.Look]; what is for an admin to decide is one in
// [Leaver.Decide]. Nothing is told here: who calls tells it, and then calls [Leaver.Told], so that what was not told is found again.
package leave

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
)

// ErrChanged reports a gate that is not as it was seen: look again.
var ErrChanged = errors.New("the gate has changed meanwhile")

// People is who is known.
type People interface {
	// Person is what is stored, read consistently; its Login is empty where nothing is.
	Person(ctx context.Context, owner credential.Owner) (person.Person, error)
	// Hold keeps the person from being given anything until an admin decides. A gate that is not as it was seen is an error.
	Hold(ctx context.Context, p person.Person, e audit.Event) error
	// Close closes an open or held gate for the event's reason; [ErrChanged] where it is not as it was seen.
	Close(ctx context.Context, p person.Person, e audit.Event) error
	// Admit opens a held or closed gate, and binds the login to the person; [person.ErrHeld] where it is somebody else's, [ErrChanged]
	// where the gate is not as it was seen.
	Admit(ctx context.Context, p person.Person, login string, e audit.Event) error
	// Settled makes a leaver unknown, of whom all is ended and told; or [ErrChanged].
	Settled(ctx context.Context, p person.Person) error
	// Asked notes that the admins were asked about the gate as it was seen; or [ErrChanged].
	Asked(ctx context.Context, p person.Person) error
}

// Credentials is what people have.
type Credentials interface {
	// Credentials is everything the owner has and had, read consistently.
	Credentials(ctx context.Context, owner credential.Owner) ([]credential.Credential, error)
}

// Ender revokes an app password with all that belongs to it, in one transaction. One that is over already is no error.
type Ender func(ctx context.Context, owner credential.Owner, id string, why person.Reason) error

// Directory is Slack's word on who somebody is.
type Directory interface {
	Account(ctx context.Context, person string) (person.Account, error)
}

// Settings is what the company has decided.
type Settings interface {
	Policy(ctx context.Context) (policy.Policy, error)
}

// Ports is all that a [Leaver] works with.
type Ports struct {
	People      People
	Credentials Credentials
	End         Ender
	Directory   Directory
	Settings    Settings
}

// Company is what is fixed by the deployment.
type Company struct {
	Team    string
	Domains []string // of e-mail addresses that may have app passwords; none: any
}

// Step bounds the work of one job: how many app passwords it ends, and in how much time. What is left is another job's.
type Step struct {
	Most int
	Time time.Duration
}

// Leaver looks after people who leave.
type Leaver struct {
	Ports
	company Company
	step    Step
	now     func() time.Time
}

// New returns a leaver.
func New(p Ports, c Company, s Step, now func() time.Time) *Leaver { return &Leaver{p, c, s, now} }

// State is what has come of a look or a decision.
type State string

// The states there are. The empty one is that there is nothing to tell.
const (
	Unfinished State = "unfinished" // they have left, and more is to be ended: look again
	Left       State = "left"       // they have left, and all is ended: the admins are to be told
	Moved      State = "moved"      // an admin has to say who they are
	Admitted   State = "admitted"   // they are let in
	Refused    State = "refused"    // they can't be let in, by what Slack says, or as the address is somebody else's
	Stale      State = "stale"      // what was asked about is decided already
)

// Found is a person, and what has come of them.
type Found struct {
	State  State
	Person person.Person
	// Login is the address that Slack knows, where it is asked about; Person has the one that counts here.
	Login string
	// All is the app passwords that were ended by leaving, or those that work on while an admin is asked.
	All []credential.Credential
	// Again says that Slack has more to say about them than that they had left: look once more when this was told.
	Again bool
}

// attempts is how often a gate is looked at that others change meanwhile.
const attempts = 4

// Look asks Slack about a person, and does what follows from it. Of who is not known here nothing follows.
func (l *Leaver) Look(ctx context.Context, j job.Job) (f Found, err error) {
	for range attempts {
		if f, err = l.look(ctx, j); !errors.Is(err, ErrChanged) {
			return f, err
		}
	}
	return f, fmt.Errorf("look after %s, overtaken %d times: %w", j.Person, attempts, err)
}

func (l *Leaver) look(ctx context.Context, j job.Job) (Found, error) {
	owner := credential.Owner{Team: j.Team, Person: j.Person}
	who, err := l.People.Person(ctx, owner)
	if err != nil {
		return Found{}, fmt.Errorf("read what is known of %s: %w", j.Person, err)
	}
	if who.Login == "" || who.Owner != owner {
		return Found{}, nil
	}
	account, why, err := l.ask(ctx, owner)
	if err != nil {
		return Found{}, err
	}
	if why != "" && who.Gate.State != person.Closed {
		if who, err = l.shut(ctx, who, "apppass", why, j.ID); err != nil {
			return Found{}, err
		}
	}
	switch silent := account.Unknown || account.Owner.Team != owner.Team || account.Login() == ""; {
	case who.Gate.State == person.Closed && who.Known:
		f, err := l.end(ctx, who)
		f.Again = f.State == Left && why == "" && !silent
		return f, err
	case why != "", silent:
		return Found{}, nil
	}
	return l.stays(ctx, who, account, j)
}

// ask is Slack's word about a person, and why they have left; empty: they have not.
func (l *Leaver) ask(ctx context.Context, owner credential.Owner) (person.Account, person.Reason, error) {
	account, err := l.Directory.Account(ctx, owner.Person)
	if err != nil {
		return account, "", fmt.Errorf("ask Slack about %s: %w", owner.Person, err)
	}
	guests := false
	if account.Guest {
		rules, err := l.Settings.Policy(ctx)
		if err != nil {
			return account, "", fmt.Errorf("read the policy: %w", err)
		}
		guests = rules.Guests
	}
	why, _ := account.Left(l.company.Team, guests)
	return account, why, nil
}

// shut closes the gate, and returns the person as they are then.
func (l *Leaver) shut(ctx context.Context, who person.Person, actor string, why person.Reason, job string) (person.Person, error) {
	e := l.event(who, actor, audit.Left, job)
	e.Reason = string(why)
	if err := l.People.Close(ctx, who, e); err != nil {
		return who, fmt.Errorf("close the gate of %s: %w", who.Owner.Person, err)
	}
	who.Gate = person.Gate{State: person.Closed, Generation: who.Gate.Generation + 1, Since: e.At, Why: why}
	return who, nil
}

func (l *Leaver) event(who person.Person, actor string, what audit.Action, job string) audit.Event {
	e := audit.New(l.now(), who.Owner, actor, what)
	e.Job = job
	return e
}

// stays is about somebody whom Slack knows as one of the company's.
func (l *Leaver) stays(ctx context.Context, who person.Person, account person.Account, j job.Job) (Found, error) {
	same := account.Login() == who.Login
	switch {
	case who.Gate.State == person.Open && same, who.Gate.State == person.Closed && who.Gate.Why == person.CutOff:
		return Found{}, nil
	case who.Gate.State == person.Closed && same:
		return Found{}, l.back(ctx, who, account, j)
	case who.Gate.State == person.Open:
		e := l.event(who, "apppass", audit.Held, j.ID)
		e.Reason = string(person.LoginChanged)
		if err := l.People.Hold(ctx, who, e); err != nil {
			return Found{}, fmt.Errorf("hold %s: %w", j.Person, err)
		}
		who.Gate = person.Gate{State: person.Held, Generation: who.Gate.Generation + 1, Since: e.At, Why: person.LoginChanged}
	case who.Gate.Asked:
		return Found{}, nil
	}
	all, err := l.live(ctx, who)
	return Found{State: Moved, Person: who, Login: account.Login(), All: all}, err
}

// back lets somebody in who had left, and is the same person under the same address. Nothing of what they had comes back.
func (l *Leaver) back(ctx context.Context, who person.Person, account person.Account, j job.Job) error {
	rules, err := l.Settings.Policy(ctx)
	if err != nil {
		return fmt.Errorf("read the policy: %w", err)
	}
	if account.Check(l.company.Team, l.company.Domains, rules.Guests) != nil {
		return nil // they could be given nothing
	}
	if err := l.People.Admit(ctx, who, who.Login, l.event(who, "apppass", audit.Admitted, j.ID)); err != nil {
		return fmt.Errorf("let %s in again: %w", j.Person, err)
	}
	return nil
}

// Told notes that what was found was told, so that it is not told again. A gate that has changed meanwhile is another thing to tell.
func (l *Leaver) Told(ctx context.Context, f Found) error {
	var err error
	switch f.State {
	case Left:
		err = l.People.Settled(ctx, f.Person)
	case Moved:
		err = l.People.Asked(ctx, f.Person)
	}
	if errors.Is(err, ErrChanged) {
		return nil
	}
	return err
}
