package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// change is as much of a person in an event as decides what they may have. A profile has much else, which changes with every status.
type change struct {
	Deleted bool `json:"deleted"`
	Bot     bool `json:"is_bot"`
	Guest   bool `json:"is_restricted"`
	Single  bool `json:"is_ultra_restricted"` // a guest of one channel
	Profile struct {
		Email string `json:"email"`
	} `json:"profile"`
	Updated int64 `json:"updated"`
}

// told is a change that was left to the worker, and when.
type told struct {
	change
	at time.Time
}

const (
	// burst is for how long the same is not left to the worker twice. Another process may meanwhile have seen what this one has not.
	burst = 10 * time.Minute
	// mostSeen bounds what is remembered.
	mostSeen = 2000
)

// changes is what this process has left to the worker, so that a burst of profile edits costs nothing after the first. It is a memory, not a
// state: what it forgets is told again.
type changes struct {
	mu   sync.Mutex
	told map[string]told
}

// news says whether a change is worth telling. That somebody is deactivated is so always, but for the same event, as Slack sends it again.
func (c *changes) news(person string, now change, at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	last, ok := c.told[person]
	if !ok || at.Sub(last.at) >= burst {
		return true
	}
	if !now.Deleted {
		now.Updated = last.Updated
	}
	return now != last.change
}

// keep remembers what was told.
func (c *changes) keep(person string, now change, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told == nil || len(c.told) >= mostSeen {
		c.told = map[string]told{}
	}
	c.told[person] = told{now, at}
}

// userChange leaves it to the worker to look after a person of whom something has changed. Where that can't be queued Slack sends the event
// again.
func (a *app) userChange(ctx context.Context, w http.ResponseWriter, user json.RawMessage, event string) {
	var who struct {
		ID   string `json:"id"`
		Team string `json:"team_id"`
		change
	}
	if json.Unmarshal(user, &who) != nil || who.ID == "" || who.Team != a.team || who.Bot {
		return
	}
	at := a.now()
	if !a.seen.news(who.ID, who.change, at) {
		return
	}
	if err := a.send(ctx, "event:"+event, job.Account, credential.Owner{Team: a.team, Person: who.ID}, job.Reply{}, struct{}{}, 0); err != nil {
		a.log.ErrorContext(ctx, "an event can't be queued", "kind", string(job.Account), "cause", err.Error())
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	a.seen.keep(who.ID, who.change, at)
}
