package blockkit_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

type obj = map[string]any

func text(kind string, n int) obj { return obj{"type": kind, "text": strings.Repeat("é", n)} }
func plain(n int) obj             { return text("plain_text", n) }
func mrkdwn(n int) obj            { return text("mrkdwn", n) }
func str(n int) string            { return strings.Repeat("é", n) }

func with(o obj, name string, v any) obj {
	next := obj{}
	for n, old := range o {
		next[n] = old
	}
	next[name] = v
	return next
}

func times(n int, make func(i int) any) []any {
	all := []any{}
	for i := range n {
		all = append(all, make(i))
	}
	return all
}

func option(i int) obj     { return obj{"text": plain(1), "value": strconv.Itoa(i)} }
func options(n int) []any  { return times(n, func(i int) any { return option(i) }) }
func sections(n int) []any { return times(n, func(int) any { return obj{"type": "divider"} }) }
func button() obj          { return obj{"type": "button", "text": plain(75)} }
func accessory(e obj) obj  { return obj{"type": "section", "text": plain(1), "accessory": e} }
func actions(e ...any) obj { return obj{"type": "actions", "elements": e} }
func input(e obj) obj      { return obj{"type": "input", "label": plain(1), "element": e} }
func selects(further obj) obj {
	e := obj{"type": "static_select", "placeholder": plain(150)}
	for name, v := range further {
		e[name] = v
	}
	return e
}

func modal(blocks ...any) obj {
	return obj{"type": "modal", "title": plain(24), "submit": plain(24), "close": plain(24), "blocks": append([]any{}, blocks...)}
}

// limit is something that passes with most and not with one more; each is counted in code points.
type limit struct {
	most int
	of   func(n int) any // a block
}

var limits = map[string]limit{
	"section text":   {3000, func(n int) any { return obj{"type": "section", "text": mrkdwn(n)} }},
	"section fields": {10, func(n int) any { return obj{"type": "section", "fields": times(n, func(int) any { return plain(1) })} }},
	"section field":  {2000, func(n int) any { return obj{"type": "section", "fields": []any{plain(n)}} }},
	"header":         {150, func(n int) any { return obj{"type": "header", "text": plain(n)} }},
	"context elements": {10, func(n int) any {
		return obj{"type": "context", "elements": times(n, func(int) any { return mrkdwn(1) })}
	}},
	"context text":     {3000, func(n int) any { return obj{"type": "context", "elements": []any{plain(n)}} }},
	"actions elements": {25, func(n int) any { return actions(times(n, func(int) any { return button() })...) }},
	"button text":      {75, func(n int) any { return actions(with(button(), "text", plain(n))) }},
	"button value":     {2000, func(n int) any { return actions(with(button(), "value", str(n))) }},
	"button url":       {3000, func(n int) any { return actions(with(button(), "url", str(n))) }},
	"button label":     {75, func(n int) any { return actions(with(button(), "accessibility_label", str(n))) }},
	"action_id":        {255, func(n int) any { return actions(with(button(), "action_id", str(n))) }},
	"block_id":         {255, func(n int) any { return obj{"type": "divider", "block_id": str(n)} }},
	"select options":   {100, func(n int) any { return accessory(selects(obj{"options": options(n)})) }},
	"select groups": {100, func(n int) any {
		return accessory(selects(obj{"option_groups": times(n, func(int) any { return obj{"label": plain(75), "options": options(1)} })}))
	}},
	"options in a group": {100, func(n int) any {
		return accessory(selects(obj{"option_groups": []any{obj{"label": plain(1), "options": options(n)}}}))
	}},
	"group label": {75, func(n int) any {
		return accessory(selects(obj{"option_groups": []any{obj{"label": plain(n), "options": options(1)}}}))
	}},
	"option text":  {75, func(n int) any { return accessory(selects(obj{"options": []any{with(option(0), "text", plain(n))}})) }},
	"option value": {75, func(n int) any { return accessory(selects(obj{"options": []any{with(option(0), "value", str(n))}})) }},
	"option description": {75, func(n int) any {
		return accessory(selects(obj{"options": []any{with(option(0), "description", plain(n))}}))
	}},
	"placeholder":      {150, func(n int) any { return accessory(selects(obj{"options": options(1), "placeholder": plain(n)})) }},
	"overflow options": {5, func(n int) any { return accessory(obj{"type": "overflow", "options": options(n)}) }},
	"overflow option url": {3000, func(n int) any {
		return accessory(obj{"type": "overflow", "options": []any{with(option(0), "url", str(n))}})
	}},
	"radio options":    {10, func(n int) any { return accessory(obj{"type": "radio_buttons", "options": options(n)}) }},
	"checkbox options": {10, func(n int) any { return accessory(obj{"type": "checkboxes", "options": options(n)}) }},
	"confirm title": {100, func(n int) any {
		return actions(with(button(), "confirm", obj{"title": plain(n), "text": mrkdwn(300), "confirm": plain(30), "deny": plain(30)}))
	}},
	"confirm text": {300, func(n int) any {
		return actions(with(button(), "confirm", obj{"title": plain(1), "text": plain(n), "confirm": plain(1), "deny": plain(1)}))
	}},
	"confirm button": {30, func(n int) any {
		return actions(with(button(), "confirm", obj{"title": plain(1), "text": plain(1), "confirm": plain(n), "deny": plain(1)}))
	}},
	"confirm deny": {30, func(n int) any {
		return actions(with(button(), "confirm", obj{"title": plain(1), "text": plain(1), "confirm": plain(1), "deny": plain(n)}))
	}},
	"input label":      {2000, func(n int) any { return with(input(obj{"type": "plain_text_input"}), "label", plain(n)) }},
	"input hint":       {2000, func(n int) any { return with(input(obj{"type": "plain_text_input"}), "hint", plain(n)) }},
	"input max_length": {3000, func(n int) any { return input(obj{"type": "plain_text_input", "max_length": n}) }},
	"alert":            {200, func(n int) any { return obj{"type": "alert", "text": mrkdwn(n)} }},
	"image alt_text":   {2000, func(n int) any { return obj{"type": "image", "image_url": "https://example.com", "alt_text": str(n)} }},
}

func TestLimits(t *testing.T) {
	for name, l := range limits {
		t.Run(name, func(t *testing.T) {
			if got := check(t, modal(l.of(l.most))); len(got) != 0 {
				t.Errorf("%d: got %v, want no problem", l.most, got)
			}
			if got := check(t, modal(l.of(l.most+1))); len(got) != 1 {
				t.Errorf("%d: got %v, want one problem", l.most+1, got)
			}
			if got := check(t, modal(l.of(0))); len(got) == 0 {
				t.Errorf("0: got no problem, want one: nothing of these may be empty")
			}
		})
	}
}

func TestLimitsOfSurfaces(t *testing.T) {
	for name, c := range map[string]struct {
		most int
		of   func(n int) []blockkit.Problem
	}{
		"message blocks":   {50, func(n int) []blockkit.Problem { return blockkit.CheckBlocks(raw(t, sections(n))) }},
		"modal blocks":     {100, func(n int) []blockkit.Problem { return check(t, modal(sections(n)...)) }},
		"home blocks":      {100, func(n int) []blockkit.Problem { return check(t, obj{"type": "home", "blocks": sections(n)}) }},
		"title":            {24, func(n int) []blockkit.Problem { return check(t, with(modal(), "title", plain(n))) }},
		"submit":           {24, func(n int) []blockkit.Problem { return check(t, with(modal(), "submit", plain(n))) }},
		"close":            {24, func(n int) []blockkit.Problem { return check(t, with(modal(), "close", plain(n))) }},
		"private_metadata": {3000, func(n int) []blockkit.Problem { return check(t, with(modal(), "private_metadata", str(n))) }},
		"callback_id":      {255, func(n int) []blockkit.Problem { return check(t, with(modal(), "callback_id", str(n))) }},
		"external_id":      {255, func(n int) []blockkit.Problem { return check(t, with(modal(), "external_id", str(n))) }},
		"suggestions":      {100, func(n int) []blockkit.Problem { return blockkit.CheckOptions(raw(t, obj{"options": options(n)})) }},
	} {
		if got := c.of(c.most); len(got) != 0 {
			t.Errorf("%s: %d: got %v, want no problem", name, c.most, got)
		}
		if got := c.of(c.most + 1); len(got) != 1 {
			t.Errorf("%s: %d: got %v, want one problem", name, c.most+1, got)
		}
	}
}

func TestWhatSlackRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		view any
		want string
	}{
		"an unknown block":       {modal(obj{"type": "video"}), "unsupported type: video [json-pointer:/view/blocks/0/type]"},
		"a block without a type": {modal(obj{"text": plain(1)}), "missing required field: type [json-pointer:/view/blocks/0]"},
		"an unknown element":     {modal(actions(obj{"type": "workflow_button"})), "unsupported type: workflow_button"},
		"a field among actions":  {modal(actions(obj{"type": "plain_text_input"})), "unsupported type: plain_text_input"},
		"a button as an input":   {modal(input(button())), "unsupported type: button"},
		"a button in a context":  {modal(obj{"type": "context", "elements": []any{button()}}), "unsupported type: button"},
		"a moment as accessory":  {modal(accessory(obj{"type": "datetimepicker"})), "unsupported type: datetimepicker"},
		"a table in a modal":     {modal(obj{"type": "table", "rows": []any{}}), "unsupported type: table"},
		"markdown in a modal":    {modal(obj{"type": "markdown", "text": "x"}), "unsupported type: markdown"},
		"an alert at home":       {obj{"type": "home", "blocks": []any{obj{"type": "alert", "text": plain(1)}}}, "unsupported type: alert"},
		"an unknown member":      {modal(obj{"type": "divider", "style": "bold"}), "invalid additional property: style [json-pointer:/view/blocks/0]"},
		"a title at home":        {obj{"type": "home", "title": plain(1), "blocks": []any{}}, "invalid additional property: title [json-pointer:/view]"},
		"submit_disabled":        {with(modal(), "submit_disabled", true), "invalid additional property: submit_disabled [json-pointer:/view]"},
		"no title":               {obj{"type": "modal", "blocks": []any{}}, "missing required field: title [json-pointer:/view]"},
		"no blocks":              {obj{"type": "modal", "title": plain(1), "blocks": nil}, "missing required field: blocks [json-pointer:/view]"},
		"a mrkdwn title":         {with(modal(), "title", mrkdwn(1)), "unsupported type: mrkdwn [json-pointer:/view/title/type]"},
		"a mrkdwn button":        {modal(actions(with(button(), "text", mrkdwn(1)))), "unsupported type: mrkdwn"},
		"emoji in mrkdwn":        {modal(obj{"type": "section", "text": with(mrkdwn(1), "emoji", true)}), "invalid additional property: emoji"},
		"an input, no submit":    {obj{"type": "modal", "title": plain(1), "blocks": []any{input(obj{"type": "plain_text_input"})}}, "missing required field: submit, because there is an input block [json-pointer:/view]"},
		"a section of nothing":   {modal(obj{"type": "section"}), "must provide one of"},
		"two kinds of options":   {modal(accessory(selects(obj{"options": options(1), "option_groups": []any{obj{"label": plain(1), "options": options(1)}}}))), "must provide exactly one of"},
		"no options":             {modal(accessory(selects(nil))), "must provide exactly one of"},
		"another initial option": {modal(accessory(selects(obj{"options": options(1), "initial_option": option(5)}))), "must be one of the provided options"},
		"other initial boxes":    {modal(accessory(obj{"type": "checkboxes", "options": options(1), "initial_options": []any{option(0), option(1)}})), "must be one of the provided options [json-pointer:/view/blocks/0/accessory/initial_options/1]"},
		"an unknown style":       {modal(actions(with(button(), "style", "default"))), "value must be one of"},
		"a date elsewhere":       {modal(accessory(obj{"type": "datepicker", "initial_date": "25.11.2026"})), "must provide a date"},
		"a time of 24":           {modal(accessory(obj{"type": "timepicker", "initial_time": "24:00"})), "must provide a time"},
		"a block_id twice":       {modal(obj{"type": "divider", "block_id": "a"}, obj{"type": "divider", "block_id": "a"}), "`block_id` \"a\" already exists [json-pointer:/view/blocks/1/block_id]"},
		"an action_id twice":     {modal(actions(with(button(), "action_id", "a"), with(button(), "action_id", "a"))), "`action_id` \"a\" already exists for this block"},
		"two in the focus":       {modal(accessory(selects(obj{"options": options(1), "focus_on_load": true})), accessory(selects(obj{"options": options(1), "focus_on_load": true}))), "only one element can have focus_on_load"},
		"a number as text":       {with(modal(), "callback_id", 5), "must provide a string"},
		"text as a switch":       {with(modal(), "notify_on_close", "yes"), "must provide a boolean"},
		"half a length":          {modal(input(obj{"type": "plain_text_input", "max_length": 1.5})), "must provide an integer"},
		"blocks as an object":    {with(modal(), "blocks", obj{}), "must provide an array"},
		"a list as a view":       {[]any{}, "must provide an object"},
		"an unknown leaf":        {modal(obj{"type": "rich_text", "elements": []any{obj{"type": "rich_text_section", "elements": []any{obj{"type": "video"}}}}}), "unsupported type: video"},
	} {
		t.Run(name, func(t *testing.T) {
			got := check(t, c.view)
			if len(got) != 1 || !strings.Contains(got[0].String(), c.want) {
				t.Errorf("got %v, want %q alone", got, c.want)
			}
		})
	}
	for _, broken := range []string{"", "{", "{}{}"} {
		if got := blockkit.CheckView(json.RawMessage(broken)); len(got) != 1 {
			t.Errorf("%q: got %v, want one problem", broken, got)
		}
	}
}

func TestWhatSlackTakes(t *testing.T) {
	twice := with(button(), "action_id", "a")
	for name, blocks := range map[string][]any{
		"an action_id in two blocks": {actions(twice), actions(twice)},
		"an alert":                   {obj{"type": "alert", "text": mrkdwn(1), "level": "warning"}},
		"rich text": {obj{"type": "rich_text", "elements": []any{
			obj{"type": "rich_text_list", "style": "bullet", "indent": 0, "border": 0, "offset": 0, "elements": []any{
				obj{"type": "rich_text_section", "elements": []any{obj{"type": "text", "text": "x", "style": obj{"bold": true}}, obj{"type": "link", "url": "https://example.com"}}},
			}},
			obj{"type": "rich_text_preformatted", "border": 0, "elements": []any{obj{"type": "text", "text": "x"}}},
		}}},
		"null for absent": {obj{"type": "section", "text": plain(1), "accessory": nil}},
		"an image":        {obj{"type": "context", "elements": []any{obj{"type": "image", "image_url": "https://example.com/i.png", "alt_text": "x"}}}},
	} {
		if got := check(t, modal(blocks...)); len(got) != 0 {
			t.Errorf("%s: got %v, want no problem", name, got)
		}
	}
	message := []any{
		obj{"type": "markdown", "text": "**x**"},
		obj{"type": "table", "rows": []any{[]any{obj{"type": "raw_text", "text": "x"}}}, "column_settings": []any{obj{"align": "right"}}},
	}
	if got := blockkit.CheckBlocks(raw(t, message)); len(got) != 0 {
		t.Errorf("a message: got %v, want no problem", got)
	}
}

func check(t *testing.T, view any) []blockkit.Problem {
	t.Helper()
	return blockkit.CheckView(raw(t, view))
}

func raw(t testing.TB, v any) json.RawMessage {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
