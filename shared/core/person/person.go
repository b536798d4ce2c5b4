// Package person is an employee as apppass knows one: by Slack team and user id, with a login and a gate.
//
// # The gate
//
// Everything that gives a person something (issuing, revealing, rotating) carries a condition on the gate: it must be open, and at the
// generation that was seen. Leaving closes it first, so that nothing can be given behind the back of what takes everything away.
//
// # The login
//
// What is typed beside a password is the person's e-mail address. It is bound once to the person: an address that is used again for
// somebody else, or that changes, is never taken over; the person is held until an admin decides.
//
// # Leaving
//
// Somebody has left when Slack says so of that very id, see [Account.Left]. That Slack does not know an id, or shows it no more, says
// nothing.
//
// # What may be changed here
//
// Who may have app passwords is decided by [Account.Check] alone, and only what Slack says now counts; a further reason is a sentinel with
// its sentence. The words of the gate's states are stored.
package person

import (
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/problem"
)

// GateState is whether a person may be given anything.
type GateState string

// The states of a gate.
const (
	Open   GateState = "open"
	Held   GateState = "held"   // an admin has to decide
	Closed GateState = "closed" // left the company
)

// Gate is a person's: its generation counts how often it was opened, held or closed, from 1.
type Gate struct {
	State      GateState
	Generation int
	// Since is when it came into this state, and Why the reason; zero and empty while it is open for the first time.
	Since time.Time
	Why   Reason
	// Asked says that the admins were asked what to do about this state.
	Asked bool
}

// Reason is why a gate is held or closed. Its word is stored, and stands in the audit.
type Reason string

// The reasons there are.
const (
	LoginChanged Reason = "login_changed" // the e-mail address in Slack is another one
	Deactivated  Reason = "deactivated"   // Slack says that the account is
	BecameGuest  Reason = "became_guest"  // where the policy gives guests none
	CutOff       Reason = "cut_off"       // by an admin: only one lets them in again
)

// Person is what is stored about an employee.
type Person struct {
	Owner credential.Owner
	Login string
	Gate  Gate
	// Known says that the person has something, or may be given something: a reconciliation looks at them. It is false once everything of a
	// leaver is ended, and the admins are told.
	Known bool
}

// Account is what Slack says about a person now.
type Account struct {
	Owner          credential.Owner
	Email          string
	EmailConfirmed bool
	Deleted        bool
	// Unknown says that Slack does not know the id, or does not show it: nothing else is set then.
	Unknown  bool
	Bot      bool
	Stranger bool // of another company, in a shared channel
	Guest    bool
	// Locale and Zone are "de-DE" and "Europe/Berlin"; empty: Slack does not say.
	Locale, Zone string
}

var (
	// ErrNotEmployee reports an account that may have no app passwords: deleted, a bot, a stranger, or of another team.
	ErrNotEmployee = problem.New(problem.Denied, "person.not_employee")
	// ErrGuest reports a guest where the policy gives guests none.
	ErrGuest = problem.New(problem.Denied, "person.guest")
	// ErrEmail reports an account without a confirmed address in one of the company's domains.
	ErrEmail = problem.New(problem.Denied, "person.email")
	// ErrHeld reports a closed or held gate, or a login that is bound to somebody else or has changed.
	ErrHeld = problem.New(problem.Denied, "person.held")
)

// Login is the account's e-mail address as a login: lower case.
func (a Account) Login() string { return strings.ToLower(strings.TrimSpace(a.Email)) }

// Left says whether Slack's word is that the person may keep nothing, and why: guests is whether the policy lets guests have app passwords.
// What Slack does not know, and who belongs to another team, has not left.
func (a Account) Left(team string, guests bool) (why Reason, left bool) {
	switch {
	case a.Unknown, a.Owner.Team != team, a.Owner.Person == "":
		return "", false
	case a.Deleted:
		return Deactivated, true
	case a.Guest && !guests:
		return BecameGuest, true
	}
	return "", false
}

// Check says whether the account may be given app passwords, by what Slack says: domains are the company's mail domains, none means
// any. The errors are [ErrNotEmployee], [ErrGuest] and [ErrEmail].
func (a Account) Check(team string, domains []string, guests bool) error {
	switch {
	case a.Deleted, a.Unknown, a.Bot, a.Stranger, a.Owner.Team != team, a.Owner.Person == "":
		return ErrNotEmployee
	case a.Guest && !guests:
		return ErrGuest
	case !a.EmailConfirmed || !validEmail(a.Login()):
		return ErrEmail
	}
	_, domain, _ := strings.Cut(a.Login(), "@")
	if len(domains) > 0 && !slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, domain) }) {
		return ErrEmail
	}
	return nil
}

// validEmail is no more than what a login needs: one @, something on both sides, nothing that breaks a line or a key.
func validEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(s) <= 254 &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) && !strings.Contains(domain, "@")
}
