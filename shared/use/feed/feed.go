// Package feed tells a relying party whose app passwords have ended, so that it ends the sessions that they have opened.
//
// # What is promised
//
// Who asks again and again with the cursor of the last answer misses no revocation, also none whose transaction committed after a later
// one's: each answer begins [overlap] before its cursor. So most logins come more than once; ending sessions that are no more is no harm.
// A service is told of logins whose app password named it, and neither why nor by whom.
//
// # What may be changed here
//
// The form of a cursor is this package's alone; relying parties keep them over our deployments, so an old form stays readable.
package feed

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
)

// ErrCursor reports a cursor that is none of ours.
var ErrCursor = problem.New(problem.Invalid, "feed.cursor")

const (
	// overlap is how much older than its cursor an answer begins. Transactions commit out of order, but none takes so long.
	overlap = time.Minute
	// Most is how many revocations a page has.
	Most = 500
)

// Revocation is an app password's end, for one service.
type Revocation struct {
	Position string // sorts by time, then by credential; see [Position]
	Login    string
}

// Position is where a revocation stands in the feed. Positions sort as text.
func Position(at time.Time, credential string) string {
	return fmt.Sprintf("%013d#%s", at.UnixMilli(), credential)
}

// Store is where revocations stand.
type Store interface {
	// Revocations is what stands behind a position, in order, at most [Most].
	Revocations(ctx context.Context, service, after string) ([]Revocation, error)
}

// Feed answers relying parties.
type Feed struct {
	store Store
	now   func() time.Time
}

// New returns a feed.
func New(store Store, now func() time.Time) *Feed { return &Feed{store, now} }

// Page is one answer.
type Page struct {
	Logins []string // each once, in order of their names; never nil
	Ends   []End    // each revocation by itself, in order
	Next   string   // the cursor to go on with
	More   bool     // there is more at once
}

// End is a revocation with a mark of its own: who remembers marks knows which he was told before.
type End struct {
	Login string `json:"login"`
	Mark  string `json:"mark"`
}

// mark says nothing but which revocation it is.
func mark(position string) string {
	sum := sha256.Sum256([]byte(position))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Since is what a service has to be told after a cursor: without one nothing, but the present cursor. A cursor that is none is
// [ErrCursor].
func (f *Feed) Since(ctx context.Context, service, after string) (Page, error) {
	now := strconv.FormatInt(f.now().UnixMilli(), 10)
	page := Page{Logins: []string{}, Next: now}
	if after == "" {
		return page, nil
	}
	from, until, err := parse(after, now)
	if err != nil {
		return page, err
	}
	found, err := f.store.Revocations(ctx, service, from)
	if err != nil {
		return page, fmt.Errorf("read the revocations of %s: %w", service, err)
	}
	for _, r := range found {
		page.Logins = append(page.Logins, r.Login)
		page.Ends = append(page.Ends, End{r.Login, mark(r.Position)})
	}
	slices.Sort(page.Logins)
	page.Logins = slices.Compact(page.Logins)
	page.Next = until
	if page.More = len(found) >= Most; page.More {
		page.Next = until + separator + found[len(found)-1].Position
	}
	return page, nil
}

// separator stands between the two parts of the cursor of an answer that is not the last: the time to go on from when all has been read,
// and the position to read on behind.
const separator = "~"

// parse returns behind which position to read, and the cursor for when all of it is read.
func parse(cursor, now string) (from, until string, err error) {
	until, from, more := strings.Cut(cursor, separator)
	millis, err := strconv.ParseInt(until, 10, 64)
	if err != nil || millis < 0 || len(cursor) > 64 {
		return "", "", ErrCursor
	}
	if more && from == "" {
		return "", "", ErrCursor
	}
	if more {
		return from, until, nil
	}
	return Position(time.UnixMilli(millis).Add(-overlap), ""), now, nil
}
