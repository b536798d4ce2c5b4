// Package list finds a person's app passwords: all that are live, or those that a word means.
//
// # What is promised
//
// One read of the person's own partition, consistent, whatever the number. Nothing of another person is ever in it.
//
// # What may be changed here
//
// What a word means is [Matching]'s to say. Finding stays one query of the owner's partition: it is done while Slack waits.
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
	// Live is the app passwords that work or may still come to work, the newest first.
	Live []credential.Credential
}

// Overview is the owner's.
func (l *Lister) Overview(ctx context.Context, owner credential.Owner) (Overview, error) {
	speak, all, err := l.store.Everything(ctx, owner)
	if err != nil {
		return Overview{}, fmt.Errorf("list the app passwords of %s: %w", owner.Person, err)
	}
	now := l.now()
	live := slices.DeleteFunc(all, func(c credential.Credential) bool { return !c.Live(now) })
	slices.SortFunc(live, func(a, b credential.Credential) int {
		return cmp.Or(b.Made.Compare(a.Made), strings.Compare(a.ID, b.ID))
	})
	return Overview{speak, live}, nil
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
