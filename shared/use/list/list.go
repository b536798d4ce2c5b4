// Package list finds a person's app passwords: those that are live, those that are over, or those that a word means.
//
// # What is promised
//
// One read of the person's own partition, consistent, whatever the number. Nothing of another person is ever in it.
//
// # What may be changed here
//
// What a word means is [Matching]'s to say, and what needs attention [credential.Credential.Attention]'s. Finding stays one query of the owner's partition: it is done while Slack waits.
package list

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
)

// Store is what is read.
type Store interface {
	// Everything is how to speak to the owner, and all they have and had, in any order.
	Everything(ctx context.Context, owner credential.Owner) (person.Preferences, []credential.Credential, error)
}

// Lister lists.
type Lister struct {
	store Store
	now   func() time.Time
}

// New returns a lister over the store.
func New(store Store, now func() time.Time) *Lister { return &Lister{store, now} }

// Overview is what a person is shown of their own.
type Overview struct {
	Speak person.Preferences
	// Live is the app passwords that work or may still come to work: what needs attention first, the most pressing, and then the newest.
	Live []credential.Credential
	// Ended is those that are over, what ended last first.
	Ended []credential.Credential
}

// Need is why an app password needs attention.
type Need = credential.Need

// Attention is why c needs its owner's; ok is false where it needs none.
func Attention(c credential.Credential, now time.Time) (why Need, ok bool) { return c.Attention(now) }

// Overview is the owner's.
func (l *Lister) Overview(ctx context.Context, owner credential.Owner) (Overview, error) {
	speak, all, err := l.store.Everything(ctx, owner)
	if err != nil {
		return Overview{}, fmt.Errorf("list the app passwords of %s: %w", owner.Person, err)
	}
	now := l.now()
	own := Overview{Speak: speak}
	for _, c := range all {
		if c.Live(now) {
			own.Live = append(own.Live, c)
		} else {
			own.Ended = append(own.Ended, c)
		}
	}
	slices.SortFunc(own.Live, func(a, b credential.Credential) int {
		return cmp.Or(cmp.Compare(pressing(a, now), pressing(b, now)), b.Made.Compare(a.Made), strings.Compare(a.ID, b.ID))
	})
	slices.SortFunc(own.Ended, func(a, b credential.Credential) int {
		return cmp.Or(b.Over().Compare(a.Over()), strings.Compare(a.ID, b.ID))
	})
	return own, nil
}

// pressing is the place of an app password's need among all, the last for none.
func pressing(c credential.Credential, now time.Time) int {
	need, ok := c.Attention(now)
	if !ok {
		return len(credential.Needs)
	}
	return slices.Index(credential.Needs, need)
}

// soon is how near an end is that is asked for by [Overview.Expiring].
const soon = 30 * 24 * time.Hour

// Expiring is the live ones with an end within 30 days, the nearest first.
func (o Overview) Expiring(now time.Time) []credential.Credential {
	some := filter(o.Live, func(c credential.Credential) bool { return c.Ends(now, soon) })
	slices.SortStableFunc(some, func(a, b credential.Credential) int { return a.Expires.Compare(b.Expires) })
	return some
}

// Matching is those of the app passwords that word means: the one with that id, else those with that label, else those of that
// application, by its id or name, else those of which label or application begin with it. Case does not matter.
func Matching(all []credential.Credential, applications catalog.Catalog, word string) []credential.Credential {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == "" {
		return nil
	}
	name := func(c credential.Credential) string {
		a, err := applications.Application(c.Application)
		if err != nil {
			return c.Application
		}
		return strings.ToLower(a.Name)
	}
	for _, means := range []func(credential.Credential) bool{
		func(c credential.Credential) bool { return c.ID == word },
		func(c credential.Credential) bool { return strings.ToLower(c.Label) == word },
		func(c credential.Credential) bool { return c.Application == word || name(c) == word },
		func(c credential.Credential) bool {
			return strings.HasPrefix(strings.ToLower(c.Label), word) || strings.HasPrefix(name(c), word)
		},
	} {
		if found := filter(all, means); len(found) > 0 {
			return found
		}
	}
	return nil
}

func filter(all []credential.Credential, keep func(credential.Credential) bool) []credential.Credential {
	var kept []credential.Credential
	for _, c := range all {
		if keep(c) {
			kept = append(kept, c)
		}
	}
	return kept
}
