package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

type obj = map[string]any

func plain(text string) obj { return obj{"type": "plain_text", "text": text} }

func opt(value string) obj { return obj{"text": plain(strings.ToUpper(value)), "value": value} }

func input(block string, optional bool, element obj) obj {
	return obj{"type": "input", "block_id": block, "label": plain("Label"), "optional": optional, "element": element}
}

func button(action string, further obj) obj {
	b := obj{"type": "button", "action_id": action, "text": plain("Press")}
	for name, v := range further {
		b[name] = v
	}
	return b
}

func actions(block string, elements ...any) obj {
	return obj{"type": "actions", "block_id": block, "elements": elements}
}

func modal(further obj, blocks ...any) obj {
	if blocks == nil {
		blocks = []any{}
	}
	m := obj{"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": blocks}
	for name, v := range further {
		m[name] = v
	}
	return m
}

// slackBlocks is blocks for slack-go.
func slackBlocks(t *testing.T, blocks []any) []slack.Block {
	t.Helper()
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	var b slack.Blocks
	if err := json.Unmarshal(raw, &b); err != nil {
		t.Fatal(err)
	}
	return b.BlockSet
}
