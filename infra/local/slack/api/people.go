package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // people live in time zones that this machine may not know
)

// person is someone in the workspace, as GET /api/people shows them.
type person struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	TZ     string `json:"tz"`
	Locale string `json:"locale"`
	// Admin administers the workspace; this says nothing about apppass.
	Admin   bool `json:"admin"`
	Deleted bool `json:"deleted"`
	Bot     bool `json:"bot"`
	// Guest is a guest of several channels (is_restricted), Stranger someone of another workspace (is_stranger).
	Guest    bool `json:"guest"`
	Stranger bool `json:"stranger"`
	// Unconfirmed is set while the e-mail address is not confirmed.
	Unconfirmed bool `json:"unconfirmed"`
	// Updated is when anything changed, in epoch seconds.
	Updated int64 `json:"updated"`
}

func seeds() []person {
	at := func(id, name string, admin bool) person {
		return person{
			ID: id, Name: name, Email: strings.ToLower(name) + "@example.com", TZ: "Europe/Berlin", Locale: "en-US", Admin: admin,
		}
	}
	return []person{at("UALICE", "Alice", true), at("UBOB", "Bob", false), at("UCAROL", "Carol", false)}
}

// personChange is what changes of a person; what is nil stays.
type personChange struct {
	ID          string  `json:"id"`
	Name        *string `json:"name"`
	Email       *string `json:"email"`
	TZ          *string `json:"tz"`
	Locale      *string `json:"locale"`
	Admin       *bool   `json:"admin"`
	Deleted     *bool   `json:"deleted"`
	Bot         *bool   `json:"bot"`
	Guest       *bool   `json:"guest"`
	Stranger    *bool   `json:"stranger"`
	Unconfirmed *bool   `json:"unconfirmed"`
}

var userID = regexp.MustCompile(`^[UW][A-Z0-9]{1,20}$`)

func (w *Workspace) servePeople(rw http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	people := make([]person, len(w.people))
	for i, p := range w.people {
		people[i] = *p
	}
	w.mu.Unlock()
	writeJSON(rw, http.StatusOK, map[string]any{"people": people})
}

// changePerson adds a person, of whom the app hears nothing, or changes one, which sends user_change.
func (w *Workspace) changePerson(ctx context.Context, in personChange) (answer, error) {
	w.mu.Lock()
	p, known, err := w.changed(in)
	var l letter
	if err == nil {
		err = w.commit(record{Person: p})
	}
	if err == nil && known {
		l, err = w.event("user_change", map[string]any{"user": w.user(p, true), "cache_ts": p.Updated})
	}
	w.mu.Unlock()
	if err != nil {
		return answer{}, err
	}
	if !known {
		return answer{OK: true, Person: p}, nil
	}
	a, err := acked(w.deliver(ctx, l))
	a.Person = p
	return a, err
}

func (w *Workspace) changed(in personChange) (p *person, known bool, err error) {
	if in.ID == "" {
		in.ID = "U" + rand.Text()[:8]
	}
	if !userID.MatchString(in.ID) || in.ID == BotUserID || in.ID == slackbotID {
		return nil, false, refuse("invalid_arguments", "%q is no person's id", in.ID)
	}
	next := person{ID: in.ID, Name: in.ID, TZ: "Europe/Berlin", Locale: "en-US"}
	if old, ok := w.person(in.ID); ok {
		next, known = *old, true
	}
	set(&next.Name, in.Name)
	set(&next.Email, in.Email)
	set(&next.TZ, in.TZ)
	set(&next.Locale, in.Locale)
	set(&next.Admin, in.Admin)
	set(&next.Deleted, in.Deleted)
	set(&next.Bot, in.Bot)
	set(&next.Guest, in.Guest)
	set(&next.Stranger, in.Stranger)
	set(&next.Unconfirmed, in.Unconfirmed)
	next.Updated = w.now().Unix()
	if _, err := time.LoadLocation(next.TZ); err != nil || next.TZ == "" {
		return nil, false, refuse("invalid_arguments", "there is no time zone %q", next.TZ)
	}
	for _, other := range w.people {
		if other.ID != next.ID && next.Email != "" && strings.EqualFold(other.Email, next.Email) && !other.Deleted && !next.Deleted {
			return nil, false, refuse("email_taken", "%s is the address of %s", next.Email, other.ID)
		}
	}
	return &next, known, nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// acting is the person who does something now.
func (w *Workspace) acting(id string) (*person, error) {
	p, ok := w.person(id)
	switch {
	case !ok:
		return nil, refuse("user_not_found", "there is no person %q", id)
	case p.Deleted:
		return nil, refuse("account_inactive", "%s is deactivated", id)
	case p.Bot:
		return nil, refuse("user_is_bot", "%s is a bot and has no client", id)
	}
	return p, nil
}
