// Package leak ends app passwords that were found where others can read them: in a repository, a ticket, a chat.
//
// # What is promised
//
// Who holds an app password may kill it, and learns nothing by it, not even whether it was one. Whatever is posted, there is one look-up of
// the same number of keys, one job is sent, and the answer comes after the same time: for one that works, one that is dead, one that never
// was, and for what is none. Only a request that is no request is told so. The characters go nowhere but into the keyed hash.
//
// # What counts as found
//
// What works or may come to work: pending, active, or superseded and in its grace. What is revoked or expired is over already.
//
// # What may be changed here
//
// How passwords are recognised in a text (find.go). Nothing that depends on what was found may change the number of calls, their errors, or
// when the answer comes.
package leak

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
)

// ErrBody reports what is no report: no text at all, or more than [Most].
var ErrBody = problem.New(problem.Invalid, "leak.body")

const (
	// Most is how many texts a report has at most.
	Most = 20
	// slots is how many passwords are looked up, always: as many as one request to storage takes under every version of the pepper.
	slots = 100 / pepper.MaxVersions
)

// beat is the time after which an answer comes. One that would take longer comes at a multiple of it.
const beat = 400 * time.Millisecond

// Store is what is read.
type Store interface {
	// Entries is what stands under any of these, at most 100, none twice, read consistently, in any order.
	Entries(ctx context.Context, vs []credential.Verifier) ([]credential.Entry, error)
}

// Peppers gives the keys of the hash.
type Peppers interface {
	// Current is the pepper as it is stored, or was within the last minute.
	Current(ctx context.Context) (pepper.Peppers, error)
}

// Queue takes jobs.
type Queue interface {
	// Send queues a job that arrives after delay at the earliest.
	Send(ctx context.Context, j job.Job, delay time.Duration) error
}

// Finder finds app passwords that others hold. Prefixes are the company's, the present one and former ones.
type Finder struct {
	store    Store
	peppers  Peppers
	queue    Queue
	prefixes []string
	now      func() time.Time
}

// New returns a finder.
func New(store Store, peppers Peppers, queue Queue, prefixes []string, now func() time.Time) *Finder {
	return &Finder{store, peppers, queue, prefixes, now}
}

// Report queues the end of every app password in the texts. The error is [ErrBody], at once, or trouble of ours, which does not depend on
// what the texts hold.
func (f *Finder) Report(ctx context.Context, texts []string) error {
	if len(texts) == 0 || len(texts) > Most {
		return ErrBody
	}
	rhythm := time.NewTicker(beat)
	defer rhythm.Stop()
	err := f.report(ctx, texts)
	select {
	case <-rhythm.C: // a beat that has passed meanwhile
	default:
	}
	select {
	case <-rhythm.C:
	case <-ctx.Done():
	}
	return err
}

func (f *Finder) report(ctx context.Context, texts []string) error {
	peppers, err := f.peppers.Current(ctx)
	if err != nil {
		return fmt.Errorf("read the pepper: %w", err)
	}
	entries, err := f.store.Entries(ctx, keys(peppers, find(texts, f.prefixes)))
	if err != nil {
		return fmt.Errorf("look up what was posted: %w", err)
	}
	now := f.now()
	args := job.LeakedArgs{Found: []job.Leak{}}
	for _, e := range entries {
		if alive(e, now) {
			args.Found = append(args.Found, job.Leak{Credential: e.Credential, Person: e.Owner.Person, Team: e.Owner.Team, Made: e.Made.Unix()})
		}
	}
	j, err := job.New("leaked:"+rand.Text(), job.Leaked, args)
	if err != nil {
		return err
	}
	j.At = now.Unix()
	if err := f.queue.Send(ctx, j, 0); err != nil {
		return fmt.Errorf("queue what was found: %w", err)
	}
	return nil
}

// keys is under what the first passwords would stand, none twice, and as many that were never issued as are missing from [slots].
func keys(peppers pepper.Peppers, found []password.Password) []credential.Verifier {
	var all []credential.Verifier
	seen := map[credential.Verifier]bool{}
	for len(seen) < slots {
		pw := password.New(password.General)
		if len(found) > 0 {
			pw, found = found[0], found[1:]
		}
		v := peppers.Issue(pw).Verifier
		if seen[v] {
			continue
		}
		seen[v] = true
		all = append(all, v)
		for _, k := range peppers.Older(pw) {
			all = append(all, k.Verifier)
		}
	}
	return all
}

// alive reports what signs somebody in, or may come to.
func alive(e credential.Entry, now time.Time) bool {
	if !e.Expires.IsZero() && !now.Before(e.Expires) {
		return false
	}
	switch e.State {
	case credential.EntryPending, credential.EntryActive:
		return true
	case credential.EntrySuperseded:
		return now.Before(e.Ends)
	}
	return false
}
