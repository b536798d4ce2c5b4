package blockkit

import (
	"maps"
	"slices"
	"strconv"
)

// block is a block: its type and block_id, and these members.
func block(m members, further ...rule) rule {
	all := members{"type": need(kind), "block_id": may(id)}
	maps.Copy(all, m)
	return object(all, further...)
}

var (
	slackFile = object(members{"id": may(id), "url": may(link)}, oneOf("id", "url"))

	richText = block(members{"elements": need(richElements)})

	contextElement = tagged(map[string]rule{
		"plain_text": plainRule(3000), "mrkdwn": mrkdwnRule(3000), "image": image,
	})
	cell = tagged(map[string]rule{
		"raw_text":  object(members{"type": need(kind), "text": need(str(1, 3000))}),
		"rich_text": object(members{"type": need(kind), "elements": need(richElements)}),
	})
)

// blockRules is every block that is known here.
var blockRules = map[string]rule{
	"section": block(members{
		"text": may(text(3000)), "fields": may(list(1, 10, text(2000))), "accessory": may(standing(accessories)), "expand": may(boolean),
	}, anyOf("text", "fields")),
	"actions": block(members{"elements": need(list(1, 25, standing(actions)))}),
	"context": block(members{"elements": need(list(1, 10, contextElement))}),
	"divider": block(nil),
	"header":  block(members{"text": need(plain(150))}),
	"image": block(members{
		"image_url": may(link), "slack_file": may(slackFile), "alt_text": need(str(1, 2000)), "title": may(plain(2000)),
	}, oneOf("image_url", "slack_file")),
	"input": block(members{
		"label": need(plain(2000)), "element": need(standing(inputs)), "hint": may(plain(2000)), "optional": may(boolean),
		"dispatch_action": may(boolean),
	}),
	"rich_text": richText,
	"alert":     block(members{"text": need(text(200)), "level": may(among("default", "info", "warning", "error", "success"))}),
	"markdown":  block(members{"text": need(str(1, 12_000))}),
	"table": block(members{
		"rows": need(list(1, 100, list(1, 20, cell))),
		"column_settings": may(list(1, 20, object(members{
			"align": may(among("left", "center", "right")), "is_wrapped": may(boolean),
		}))),
	}),
}

// only is the blocks that not every surface takes.
var only = map[string][]Surface{"alert": {Modal}, "markdown": {Message}, "table": {Message}}

// blocksRule is least to most blocks that the surface takes, with ids of their own.
func blocksRule(least, most int) rule {
	return func(c *check, at string, v any) {
		kinds := maps.Clone(blockRules)
		for kind, surfaces := range only {
			if !slices.Contains(surfaces, c.surface) {
				delete(kinds, kind)
			}
		}
		before := len(c.problems)
		list(least, most, tagged(kinds))(c, at, v)
		if len(c.problems) == before {
			unique(c, at, v.([]any))
		}
	}
}

// unique says that no two blocks share a block_id, no two elements of a block an action_id, and that the focus is taken once.
func unique(c *check, at string, blocks []any) {
	seen := map[string]bool{}
	var focused int
	for i, b := range blocks {
		pointer := at + "/" + strconv.Itoa(i)
		if name, ok := b.(map[string]any)["block_id"].(string); ok {
			if seen[name] {
				c.refuse(pointer+"/block_id", "`block_id` %q already exists", name)
			}
			seen[name] = true
		}
		names := map[string]bool{}
		for p, e := range within(b.(map[string]any)) {
			if e["focus_on_load"] == true {
				focused++
			}
			name, ok := e["action_id"].(string)
			if ok && names[name] {
				c.refuse(pointer+p+"/action_id", "`action_id` %q already exists for this block", name)
			}
			names[name] = true
		}
	}
	if focused > 1 {
		c.refuse(at, "only one element can have focus_on_load")
	}
}

// modalRule and homeRule are the two kinds of views.
var (
	modalRule = object(members{
		"type": need(among("modal")), "title": need(plain(24)), "blocks": need(blocksRule(0, MaxViewBlocks)),
		"close": may(plain(24)), "submit": may(plain(24)),
		"private_metadata": may(str(0, 3000)), "callback_id": may(str(0, 255)), "external_id": may(str(0, 255)),
		"clear_on_close": may(boolean), "notify_on_close": may(boolean),
	}, submittable)
	homeRule = object(members{
		"type": need(among("home")), "blocks": need(blocksRule(0, MaxViewBlocks)),
		"private_metadata": may(str(0, 3000)), "callback_id": may(str(0, 255)), "external_id": may(str(0, 255)),
	})
)

// submittable says that a modal with an input has a submit button.
func submittable(c *check, at string, v any) {
	o := v.(map[string]any)
	blocks, _ := o["blocks"].([]any)
	for _, b := range blocks {
		if b, ok := b.(map[string]any); ok && b["type"] == "input" && o["submit"] == nil {
			c.refuse(at, "missing required field: submit, because there is an input block")
			return
		}
	}
}
