package nudge_test

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	core "github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/use/nudge"
)

var (
	errFault = errors.New("a fault")
	errCrash = errors.New("the process is gone")
)

// breaker breaks calls, before or after they have taken effect: a call alone, or with it all others of the process.
type breaker struct {
	rng     *rand.Rand
	one     int // of so many calls one breaks; 0: none
	crashed bool
	broken  int
}

func (f *breaker) call(do func() error) error {
	if f.crashed {
		return errCrash
	}
	if f.one == 0 || f.rng.IntN(f.one) > 0 {
		return do()
	}
	f.broken++
	kind := f.rng.IntN(4)
	if kind%2 == 1 {
		_ = do()
	}
	if kind >= 2 {
		f.crashed = true
		return errCrash
	}
	return errFault
}

// broken is ports of which every call may break.
type broken struct {
	*breaker
	to nudge.Ports
}

func breaks(f *breaker, p nudge.Ports) nudge.Ports {
	b := &broken{f, p}
	return nudge.Ports{
		Store: b, People: b, Directory: b, Settings: b, Ledger: b, Queue: b, Show: b,
		End: func(ctx ctx, owner credential.Owner, id, job string, still func(credential.Credential) bool) error {
			return f.call(func() error { return p.End(ctx, owner, id, job, still) })
		},
	}
}

// with is a call with a result.
func with[T any](f *breaker, do func() (T, error)) (got T, err error) {
	err = f.call(func() (err error) { got, err = do(); return err })
	if err != nil {
		var none T
		return none, err
	}
	return got, nil
}

func (b *broken) Known(ctx ctx, owner credential.Owner) (nudge.Known, error) {
	return with(b.breaker, func() (nudge.Known, error) { return b.to.Store.Known(ctx, owner) })
}

func (b *broken) Mark(ctx ctx, c, told credential.Credential, wake time.Time) error {
	return b.call(func() error { return b.to.Store.Mark(ctx, c, told, wake) })
}

func (b *broken) Wake(ctx ctx, c credential.Credential, at time.Time) error {
	return b.call(func() error { return b.to.Store.Wake(ctx, c, at) })
}

func (b *broken) PutOff(ctx ctx, c credential.Credential, until, wake time.Time) error {
	return b.call(func() error { return b.to.Store.PutOff(ctx, c, until, wake) })
}

func (b *broken) Keep(ctx ctx, c credential.Credential, at time.Time) error {
	return b.call(func() error { return b.to.Store.Keep(ctx, c, at) })
}

func (b *broken) KeepCard(ctx ctx, owner credential.Owner, card core.Card) error {
	return b.call(func() error { return b.to.Store.KeepCard(ctx, owner, card) })
}

func (b *broken) Miss(ctx ctx, owner credential.Owner, m nudge.Missing) error {
	return b.call(func() error { return b.to.Store.Miss(ctx, owner, m) })
}

func (b *broken) Learn(ctx ctx, owner credential.Owner, locale, zone string) error {
	return b.call(func() error { return b.to.People.Learn(ctx, owner, locale, zone) })
}

func (b *broken) Account(ctx ctx, id string) (person.Account, error) {
	return with(b.breaker, func() (person.Account, error) { return b.to.Directory.Account(ctx, id) })
}

func (b *broken) Policy(ctx ctx) (policy.Policy, error) {
	return with(b.breaker, func() (policy.Policy, error) { return b.to.Settings.Policy(ctx) })
}

func (b *broken) Lease(ctx ctx, id string, until time.Time) (job.Once, error) {
	return with(b.breaker, func() (job.Once, error) { return b.to.Ledger.Lease(ctx, id, until) })
}

func (b *broken) Once(ctx ctx, id string) (job.Once, error) {
	return with(b.breaker, func() (job.Once, error) { return b.to.Ledger.Once(ctx, id) })
}

func (b *broken) Release(ctx ctx, id string) error {
	return b.call(func() error { return b.to.Ledger.Release(ctx, id) })
}

func (b *broken) Finish(ctx ctx, id string) error {
	return b.call(func() error { return b.to.Ledger.Finish(ctx, id) })
}

func (b *broken) Send(ctx ctx, j job.Job, delay time.Duration) error {
	return b.call(func() error { return b.to.Queue.Send(ctx, j, delay) })
}

func (b *broken) Digest(ctx ctx, owner credential.Owner, speak person.Preferences, card core.Card, items []core.Item) (channel, ts string, err error) {
	err = b.call(func() (err error) { channel, ts, err = b.to.Show.Digest(ctx, owner, speak, card, items); return err })
	return channel, ts, err
}

func (b *broken) Abandoned(ctx ctx, owner credential.Owner, all []credential.Credential) error {
	return b.call(func() error { return b.to.Show.Abandoned(ctx, owner, all) })
}

func (b *broken) Unreachable(ctx ctx, p person.Person) error {
	return b.call(func() error { return b.to.Show.Unreachable(ctx, p) })
}
