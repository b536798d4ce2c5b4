package nudge

import (
	"context"
	"errors"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
)

// ErrChanged reports an app password that is no longer as it was read.
var ErrChanged = errors.New("the app password has changed meanwhile")

// Known is all that is kept of a person.
type Known struct {
	Person person.Person // its Login is empty where nothing is known
	Speak  person.Preferences
	// All is what the person has and had, in any order.
	All []credential.Credential
	// Card is the last digest; zero where there was none.
	Card    nudge.Card
	Missing Missing
}

// Missing is about somebody who can't be reached.
type Missing struct {
	// Since is since when; zero: they can be reached. Listed is when the admins were told last.
	Since, Listed time.Time
}

// Store is what is read and changed.
type Store interface {
	// Known is all that is kept of a person, read consistently in one request.
	Known(ctx context.Context, owner credential.Owner) (Known, error)
	// Mark notes that the owner was told of c, which then is as told, and when to look again. An end that is new in told is its entry's from
	// then on, in the same transaction. [ErrChanged] where c was rotated, or ended, or got another end.
	Mark(ctx context.Context, c, told credential.Credential, wake time.Time) error
	// Wake moves when to look at c again; zero: never. [ErrChanged] where somebody has moved it since c was read.
	Wake(ctx context.Context, c credential.Credential, at time.Time) error
	// PutOff notes until when the owner wants to hear nothing of c, and when to look again; or [ErrChanged].
	PutOff(ctx context.Context, c credential.Credential, until, wake time.Time) error
	// Keep notes that c is needed, as its owner said at that time; or [ErrChanged].
	Keep(ctx context.Context, c credential.Credential, at time.Time) error
	// KeepCard keeps a digest in place of the last one.
	KeepCard(ctx context.Context, owner credential.Owner, card nudge.Card) error
	// Miss notes that a person can't be reached; of a zero one, that they can.
	Miss(ctx context.Context, owner credential.Owner, m Missing) error
}

// People keeps what Slack says of persons.
type People interface {
	Learn(ctx context.Context, owner credential.Owner, locale, zone string) error
}

// Directory is Slack's word on who somebody is.
type Directory interface {
	Account(ctx context.Context, person string) (person.Account, error)
}

// Settings is what the company has decided.
type Settings interface {
	Policy(ctx context.Context) (policy.Policy, error)
}

// Ledger keeps claims and jobs from acting twice.
type Ledger interface {
	Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
	Once(ctx context.Context, id string) (job.Once, error)
	Release(ctx context.Context, id string) error
	Finish(ctx context.Context, id string) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Ender revokes an app password by a job of that id, with all that belongs to it, in one transaction, if still says so of it as it is then.
// What is over or no longer so stays as it is, and is no error.
type Ender func(ctx context.Context, owner credential.Owner, id, job string, still func(credential.Credential) bool) error

// Presenter speaks to people in Slack. Who can't be written to is [person.ErrUnreachable].
type Presenter interface {
	// Digest writes a card with a line for each item, and returns where it stands.
	Digest(ctx context.Context, owner credential.Owner, speak person.Preferences, card nudge.Card, items []nudge.Item) (channel, ts string, err error)
	// Abandoned tells an owner what was revoked because nobody used it.
	Abandoned(ctx context.Context, owner credential.Owner, all []credential.Credential) error
	// Unreachable tells the admins of somebody who can't be reached.
	Unreachable(ctx context.Context, p person.Person) error
}

// Ports is all that a [Nudger] works with.
type Ports struct {
	Store     Store
	People    People
	Directory Directory
	Settings  Settings
	Ledger    Ledger
	Queue     Queue
	End       Ender
	Show      Presenter
}
