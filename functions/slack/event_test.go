package main

import "testing"

func TestEveryEventOfTheWorkspaceIsAcknowledged(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"an unknown one", `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev1","event":{"type":"never_heard_of"}}`, 200},
		{"a bot's message", `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev2","event":{"type":"message","bot_id":"B1","text":"x"}}`, 200},
		{"the app's messages", `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev3","event":{"type":"app_home_opened","user":"UALICE","tab":"messages"}}`, 200},
		{"a home tab of nobody", `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev3","event":{"type":"app_home_opened","tab":"home"}}`, 200},
		{"a home tab of what is no id", `{"type":"event_callback","team_id":"TLOCAL","event_id":"Ev3","event":{"type":"app_home_opened","user":{"id":"UALICE"},"tab":"home"}}`, 200},
		{"a home tab elsewhere", `{"type":"event_callback","team_id":"TOTHER","event_id":"Ev3","event":{"type":"app_home_opened","user":"UALICE","tab":"home"}}`, 200},
		{"rate limiting", `{"type":"app_rate_limited","team_id":"TLOCAL","minute_rate_limited":1795597200}`, 200},
		{"another team's", `{"type":"event_callback","team_id":"TOTHER","event":{"type":"user_change"}}`, 200},
		{"a null team's", `{"type":"event_callback","team_id":null,"enterprise_id":"ELOCAL","event":{"type":"user_change"}}`, 200},
		{"no JSON", `payload=x`, 400},
		{"nothing", ``, 400},
		{"a list", `[]`, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			answer := h.send(sent{path: "/slack/events", kind: "application/json", body: c.body})
			if answer.StatusCode != c.want || answer.Body != "" {
				t.Errorf("got %d %s, want %d", answer.StatusCode, answer.Body, c.want)
			}
			if len(h.jobs)+len(h.opened) > 0 {
				t.Error("it was acted on")
			}
		})
	}
}
