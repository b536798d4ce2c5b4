package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/apppass/apppass/shared/core/credential"
)

// event answers the Events API: it returns the challenge by which Slack learns that the address is ours, and acknowledges every event. The
// opening of the home tab is acted on, and what changes of people.
func (a *app) event(ctx context.Context, w http.ResponseWriter, body []byte) {
	var e struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
		TeamID    string `json:"team_id"`
		EventID   string `json:"event_id"`
		Event     struct {
			Type string          `json:"type"`
			User json.RawMessage `json:"user"` // an id, or in other events a whole person
			Tab  string          `json:"tab"`
		} `json:"event"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if e.Type == "url_verification" {
		answer(w, map[string]string{"challenge": e.Challenge})
		return
	}
	// Another team's event is acknowledged too: Slack turns off an app whose events are refused.
	if e.TeamID != a.team {
		a.log.WarnContext(ctx, "ignored", "cause", "another team", "kind", "event")
		return
	}
	if e.Event.Type == "app_home_opened" && e.Event.Tab == "home" && e.EventID != "" {
		who := credential.Owner{Team: e.TeamID}
		if json.Unmarshal(e.Event.User, &who.Person) == nil && a.served(who) {
			a.openHome(ctx, w, who, e.EventID)
		}
	}
	if e.Event.Type == "user_change" && e.EventID != "" {
		a.userChange(ctx, w, e.Event.User, e.EventID)
	}
}
