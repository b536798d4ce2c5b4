// Package home gathers what a person's home tab shows, and keeps what they choose there.
//
// # What is promised
//
// What has happened to app passwords is read from the owner's own partition, consistently; nothing of another person is ever in it.
// The recent activity is read from an index, and may lag behind by a moment.
//
// # What may be changed here
//
// What comes first is decided here, how it looks is package slackui's. A further choice is a member of the job's arguments and a case in
// [Chooser.Prefer].
package home

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
)

// Store is what is read of the owner.
type Store interface {
	// Everything is how to speak to the owner, and all they have and had, in any order, read consistently.
	Everything(ctx context.Context, owner credential.Owner) (person.Preferences, []credential.Credential, error)
}

// History is what has happened.
type History interface {
	// Activity is what was done last to what is the owner's, the newest first, at most so many.
	Activity(ctx context.Context, owner credential.Owner, most int) ([]audit.Event, error)
	// Rejected is when the app passwords of a login were refused last, since an instant, by their ids.
	Rejected(ctx context.Context, login string, since time.Time) (map[string]time.Time, error)
}

// Settings is the company's.
type Settings interface {
	// Catalog is the applications.
	Catalog(ctx context.Context) (catalog.Catalog, error)
}

// Shown is what a home tab shows.
type Shown struct {
	At    time.Time
	Speak person.Preferences
	// Live is the app passwords that work or may still come to work: those that need attention first, then the newest.
	Live []credential.Credential
	// Ended is those that are over, in any order.
	Ended []credential.Credential
	// Rejected is when they were refused last, by their ids; in it are only those that lately were.
	Rejected map[string]time.Time
	// Activity is what has happened last, the newest first.
	Activity     []audit.Event
	Applications catalog.Catalog
}

// Looker looks what is to be shown.
type Looker struct {
	store    Store
	history  History
	settings Settings
	now      func() time.Time
}

// New returns a looker.
func New(store Store, history History, settings Settings, now func() time.Time) *Looker {
	return &Looker{store, history, settings, now}
}

const (
	// lately is how long a rejection is news: a program that is still refused tries again within a day.
	lately = 24 * time.Hour
	// activities is how many events are shown.
	activities = 10
)

// Look is what is to be shown to the owner now.
func (l *Looker) Look(ctx context.Context, owner credential.Owner) (Shown, error) {
	s, err := l.own(ctx, owner)
	if err != nil {
		return s, err
	}
	if s.Applications, err = l.settings.Catalog(ctx); err != nil {
		return s, fmt.Errorf("read the catalog: %w", err)
	}
	if s.Rejected, err = l.rejected(ctx, s); err != nil {
		return s, err
	}
	if s.Activity, err = l.history.Activity(ctx, owner, activities); err != nil {
		return s, fmt.Errorf("read what %s has done: %w", owner.Person, err)
	}
	slices.SortFunc(s.Live, func(a, b credential.Credential) int {
		return cmp.Or(cmp.Compare(s.pressing(a), s.pressing(b)), b.Made.Compare(a.Made), strings.Compare(a.ID, b.ID))
	})
	return s, nil
}

// Stale reports whether the owner's app passwords or choices have changed since s was looked at.
func (l *Looker) Stale(ctx context.Context, owner credential.Owner, s Shown) (bool, error) {
	now, err := l.own(ctx, owner)
	if err != nil {
		return false, err
	}
	return !reflect.DeepEqual(byID(now.Live), byID(s.Live)) || now.Speak != s.Speak, nil
}

func byID(all []credential.Credential) map[string]credential.Credential {
	found := make(map[string]credential.Credential, len(all))
	for _, c := range all {
		found[c.ID] = c
	}
	return found
}

func (l *Looker) own(ctx context.Context, owner credential.Owner) (Shown, error) {
	s := Shown{At: l.now()}
	speak, all, err := l.store.Everything(ctx, owner)
	if err != nil {
		return s, fmt.Errorf("look what %s has: %w", owner.Person, err)
	}
	s.Speak = speak
	for _, c := range all {
		switch {
		case c.Owner.Team != owner.Team: // another workspace's, of an earlier deployment
		case c.Live(s.At):
			s.Live = append(s.Live, c)
		default:
			s.Ended = append(s.Ended, c)
		}
	}
	return s, nil
}

func (l *Looker) rejected(ctx context.Context, s Shown) (map[string]time.Time, error) {
	asked, all := map[string]bool{}, map[string]time.Time{}
	for _, c := range s.Live {
		if asked[c.Login] {
			continue
		}
		asked[c.Login] = true
		rejected, err := l.history.Rejected(ctx, c.Login, s.At.Add(-lately))
		if err != nil {
			return nil, fmt.Errorf("look which were refused: %w", err)
		}
		for id, at := range rejected {
			if at.After(all[id]) {
				all[id] = at
			}
		}
	}
	return all, nil
}

// pressing is the place of c among all: first what does not work yet, then what is refused, then what else needs attention.
func (s Shown) pressing(c credential.Credential) int {
	need, needs := c.Attention(s.At)
	_, rejected := s.Rejected[c.ID]
	switch {
	case need == credential.NeverOpened:
		return 0
	case rejected:
		return 1
	case needs:
		return 2 + slices.Index(credential.Needs, need)
	}
	return 2 + len(credential.Needs)
}
