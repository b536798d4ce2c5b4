package issue

import (
	"context"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// Store is where all of it is kept.
type Store interface {
	// Begin is T1. former is the job's link before this one, nil for the first; it and its entry make way in the same transaction. The
	// errors are [ErrClaimed], [ErrConflict], and [person.ErrHeld] where the login is bound to somebody else.
	Begin(ctx context.Context, d Draft, former *link.Reveal) error
	// Renew is T1 of a rotation. unread is the link of a rotation before, nil for none, which makes way with its entry. The errors are
	// [ErrClaimed] and [ErrConflict].
	Renew(ctx context.Context, d Draft, unread *link.Reveal) error
	// Credential is the owner's app password of that id, read consistently, or [credential.ErrNotFound].
	Credential(ctx context.Context, owner credential.Owner, id string) (credential.Credential, error)
	// Ready is T2; [ErrConflict] where the reveal is not preparing any more.
	Ready(ctx context.Context, id link.ID) error
	// Reveal is what is stored about a link, read consistently, or [link.ErrUnknown].
	Reveal(ctx context.Context, id link.ID) (link.Reveal, error)
	// Shown notes where Slack shows the link, so that it can be taken from there when it is used.
	Shown(ctx context.Context, id link.ID, place job.Reply) error
}

// Ledger keeps jobs from acting twice.
type Ledger interface {
	// Lease takes the job until then and returns how far it had come; [job.ErrDone] or [job.ErrBusy] where it is not to be had.
	Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
	// Once is how far the job has come, read consistently.
	Once(ctx context.Context, id string) (job.Once, error)
	// Release gives the lease up, so that the job can be taken again at once.
	Release(ctx context.Context, id string) error
	// Finish marks it done.
	Finish(ctx context.Context, id string) error
}

// People is who is known.
type People interface {
	// Person is what is stored; its Login is empty where nothing is.
	Person(ctx context.Context, owner credential.Owner) (person.Person, error)
	// Hold keeps the person from being given anything until an admin decides.
	Hold(ctx context.Context, p person.Person, e audit.Event) error
	// Learn notes what Slack says of somebody's locale and time zone.
	Learn(ctx context.Context, owner credential.Owner, locale, zone string) error
}

// Settings is what the company has decided.
type Settings interface {
	Policy(ctx context.Context) (policy.Policy, error)
	Catalog(ctx context.Context) (catalog.Catalog, error)
	Services(ctx context.Context) ([]service.Service, error)
}

// Directory is Slack's word on who somebody is.
type Directory interface {
	Account(ctx context.Context, person string) (person.Account, error)
}

// Peppers gives the keys of the hash.
type Peppers interface {
	Current(ctx context.Context) (pepper.Peppers, error)
}

// Vault is where sealed passwords lie.
type Vault interface {
	// Create stores a sealed password under a name that is used once. Repeating it changes nothing.
	Create(ctx context.Context, name string, sealed []byte) error
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest, and earlier than that where the queue can't wait so long.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Presenter shows the person what has come of it.
type Presenter interface {
	// Link shows the link, where reply says or else in a direct message, and returns where it stands.
	Link(ctx context.Context, to job.Job, o Offer) (job.Reply, error)
	// Problem shows why there is none.
	Problem(ctx context.Context, to job.Job, p *problem.Problem) error
}

// Offer is a link to be shown, and what is said beside it.
type Offer struct {
	Link    link.Link
	Account link.Account
	Expires time.Time
	// Rotation says that another password works until the link is used, and for a while after.
	Rotation bool
}

// Draft is all that T1 writes.
type Draft struct {
	Person     person.Person
	New        bool // nothing was stored about the person
	Credential credential.Credential
	Entry      credential.Entry
	Reveal     link.Reveal
	Event      audit.Event
}

// Ports is all that an [Issuer] works with.
type Ports struct {
	Store     Store
	Ledger    Ledger
	People    People
	Settings  Settings
	Directory Directory
	Peppers   Peppers
	Vault     Vault
	Queue     Queue
	Presenter Presenter
}
