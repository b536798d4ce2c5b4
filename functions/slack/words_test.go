package main

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
	"github.com/apppass/apppass/shared/adapter/slackapi"
)

// shown is the message that an answer shows to who typed the command: its texts, one a line. It must be one that Slack accepts.
func (h *house) shown(answer events.APIGatewayV2HTTPResponse) string {
	h.t.Helper()
	var m struct {
		ResponseType string `json:"response_type"`
		Text         string
		Blocks       json.RawMessage
	}
	if err := json.Unmarshal([]byte(answer.Body), &m); err != nil || answer.StatusCode != http.StatusOK || m.ResponseType != "ephemeral" {
		h.t.Fatalf("got %d %s, want an ephemeral message (%v)", answer.StatusCode, answer.Body, err)
	}
	for _, p := range blockkit.CheckBlocks(m.Blocks) {
		h.t.Errorf("Slack refuses the message: %v", p)
	}
	var v any
	if err := json.Unmarshal(m.Blocks, &v); err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(texts(v), "\n")
}

func texts(v any) (all []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, texts(e)...)
		}
	case map[string]any:
		for _, name := range []string{"text", "accessory", "elements"} {
			if s, ok := v[name].(string); ok {
				all = append(all, s)
			} else {
				all = append(all, texts(v[name])...)
			}
		}
	}
	return all
}

// replacement is the message that a press has put in the place of another: its texts, one a line.
func (h *house) replacement() string {
	h.t.Helper()
	if len(h.replaced) != 1 {
		h.t.Fatalf("%d messages were replaced", len(h.replaced))
	}
	return h.lines(h.replaced[0])
}

// lines is a message's texts, one a line. It must be one that Slack accepts.
func (h *house) lines(m slackapi.Message) string {
	h.t.Helper()
	body, err := json.Marshal(m.Blocks)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range blockkit.CheckBlocks(body) {
		h.t.Errorf("Slack refuses the message: %v", p)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(texts(v), "\n")
}
