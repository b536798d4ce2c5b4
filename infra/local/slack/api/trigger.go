package api

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"time"
)

// triggerTime is how long a trigger_id opens a view, by the stack's clock.
const triggerTime = 3 * time.Second

// trigger is a person's act, which lets the app show them one view.
type trigger struct {
	person string
	view   string // the modal in which they acted, if they did
	at     time.Time
	used   bool
}

// newTrigger makes a trigger_id. The caller holds the lock.
func (w *Workspace) newTrigger(person, view string) string {
	now := w.now()
	maps.DeleteFunc(w.triggers, func(_ string, t trigger) bool { return now.Sub(t.at).Abs() > time.Hour })
	secret := make([]byte, 16)
	_, _ = rand.Read(secret) // never fails
	id := fmt.Sprintf("%d.%d.%s", 1e11+mathrand.Int64N(9e11), 1e10+mathrand.Int64N(9e10), hex.EncodeToString(secret))
	w.triggers[id] = trigger{person: person, view: view, at: now}
	return id
}

// valid returns what a trigger_id stands for, if it can still open a view.
func (w *Workspace) valid(id string) (trigger, error) {
	t, ok := w.triggers[id]
	switch {
	case !ok:
		return trigger{}, refuse("invalid_trigger_id", "there was no trigger_id %q", id)
	case t.used:
		return trigger{}, refuse("exchanged_trigger_id", "the trigger_id was used")
	case w.now().Sub(t.at) > triggerTime:
		return trigger{}, refuse("expired_trigger_id", "the trigger_id is older than %s", triggerTime)
	}
	return t, nil
}

func (w *Workspace) exchange(id string) {
	t := w.triggers[id]
	t.used = true
	w.triggers[id] = t
}
