package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
)

// verificationToken is what Slack still puts into each request, and apps have long been told not to look at.
const verificationToken = "local-verification-token"

const teamDomain = "local"

// payload is what all interactions have in common.
func (w *Workspace) payload(kind string, p *person, further map[string]any) map[string]any {
	all := map[string]any{
		"type": kind, "token": verificationToken, "api_app_id": AppID,
		"team": map[string]any{"id": w.options.TeamID, "domain": teamDomain},
		"user": map[string]any{
			"id": p.ID, "username": handle(p.Name), "name": handle(p.Name), "team_id": w.teamOf(p),
		},
		"enterprise": nil, "is_enterprise_install": false,
	}
	for name, v := range further {
		all[name] = v
	}
	return all
}

// command is a slash command (https://docs.slack.dev/interactivity/implementing-slash-commands/).
func (w *Workspace) command(p *person, c channel, command, text, responseURL, triggerID string) letter {
	return form("command", "/slack/commands", url.Values{
		"token": {verificationToken}, "team_id": {w.options.TeamID}, "team_domain": {teamDomain},
		"channel_id": {c.ID}, "channel_name": {c.Name}, "user_id": {p.ID}, "user_name": {handle(p.Name)},
		"command": {command}, "text": {text}, "api_app_id": {AppID}, "is_enterprise_install": {"false"},
		"response_url": {responseURL}, "trigger_id": {triggerID},
	})
}

// event is an event in its envelope (https://docs.slack.dev/apis/events-api/).
func (w *Workspace) event(kind string, members map[string]any) (letter, error) {
	now := w.now()
	members["type"] = kind
	members["event_ts"] = fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
	body, err := marshal(map[string]any{
		"token": verificationToken, "team_id": w.options.TeamID, "context_team_id": w.options.TeamID, "context_enterprise_id": nil,
		"api_app_id": AppID, "event": members, "type": "event_callback", "event_id": "Ev" + rand.Text()[:10], "event_time": now.Unix(),
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": w.options.TeamID, "user_id": BotUserID, "is_bot": true, "is_enterprise_install": false,
		}},
		"is_ext_shared_channel": false, "event_context": "4-" + rand.Text(),
	})
	return letter{name: kind, path: "/slack/events", header: http.Header{"Content-Type": {"application/json"}}, body: body}, err
}
