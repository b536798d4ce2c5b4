package main

import (
	"context"
	"encoding/json"
	"net/http"
)

// event answers the Events API: it returns the challenge by which Slack learns that the address is ours, and acknowledges every event.
// No event changes anything yet.
func (a *app) event(ctx context.Context, w http.ResponseWriter, body []byte) {
	var e struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
		TeamID    string `json:"team_id"`
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
	}
}
