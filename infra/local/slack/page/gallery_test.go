package page_test

import "strconv"

// gallery is one of each block, element and leaf that package blockkit accepts, as apps write them.

func plain(s string) obj  { return obj{"type": "plain_text", "text": s} }
func mrkdwn(s string) obj { return obj{"type": "mrkdwn", "text": s} }

func section(text obj, more obj) obj { return with(obj{"type": "section", "text": text}, more) }

func with(o obj, more obj) obj {
	for name, v := range more {
		o[name] = v
	}
	return o
}

func button(id, text string, more obj) obj {
	return with(obj{"type": "button", "action_id": id, "text": plain(text)}, more)
}

func input(id, label string, element obj, more obj) obj {
	element["action_id"] = id
	return with(obj{"type": "input", "block_id": id, "label": plain(label), "element": element}, more)
}

func modal(title string, more obj, blocks ...any) obj {
	return with(obj{"type": "modal", "title": plain(title), "close": plain("Cancel"), "blocks": blocks}, more)
}

func options(names ...string) []any {
	var all []any
	for _, n := range names {
		all = append(all, obj{"text": plain(n), "value": n})
	}
	return all
}

func confirm(style string) obj {
	return obj{
		"title": plain("Revoke this app password?"), "text": plain("Thunderbird · laptop at home stops to work at once, for good."),
		"confirm": plain("Revoke"), "deny": plain("Keep it"), "style": style,
	}
}

const marked = "*bold* _italic_ ~gone~ `code` <https://example.com|a link> <@UALICE> <#CGENERAL> <!here> :unknown_name: a_b_c 2*3*4\n" +
	"&gt; a quote with &lt;b&gt; &amp; more\nmade <!date^1764061200^{date_short} at {time}|then>, https://example.com/bare.\n```preformatted *text*```"

// messageBlocks is what only reads.
func messageBlocks() []any {
	return []any{
		obj{"type": "header", "text": plain("Every block")},
		section(mrkdwn(marked), nil),
		obj{"type": "section", "fields": []any{mrkdwn("*Application*\nThunderbird"), mrkdwn("*Made*\nToday"), plain("Plain *field*"), mrkdwn("*State*\nWorks")}},
		obj{"type": "divider"},
		obj{"type": "context", "elements": []any{obj{"type": "image", "image_url": pixel, "alt_text": "a square"}, mrkdwn("Context with *marks*"), plain("and plain")}},
		obj{"type": "image", "title": plain("An image"), "image_url": pixel, "alt_text": "a square"},
		richText(),
		obj{"type": "markdown", "text": "# Title\n\n**bold** and *italic* and `code`\n\n- one\n- two\n\n> quoted\n\n[link](https://example.com)"},
		obj{"type": "table", "column_settings": []any{obj{"align": "left"}, obj{"align": "right"}}, "rows": []any{
			[]any{raw("Application"), raw("Uses")}, []any{raw("Thunderbird"), raw("42")},
			[]any{obj{"type": "rich_text", "elements": richText()["elements"].([]any)[:1]}, raw("7")},
		}},
	}
}

// pixel is a square; no test asks any other host.
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

func raw(s string) obj { return obj{"type": "raw_text", "text": s} }

func richText() obj {
	text := func(s string) obj { return obj{"type": "text", "text": s} }
	line := func(leaves ...any) obj { return obj{"type": "rich_text_section", "elements": leaves} }
	return obj{"type": "rich_text", "elements": []any{
		line(obj{"type": "text", "text": "bold", "style": obj{"bold": true}}, text(" "), obj{"type": "link", "url": "https://example.com", "text": "link"}, text(" "),
			obj{"type": "user", "user_id": "UBOB"}, obj{"type": "usergroup", "usergroup_id": "S1"}, obj{"type": "channel", "channel_id": "CGENERAL"},
			obj{"type": "broadcast", "range": "here"}, obj{"type": "emoji", "name": "wave"}, obj{"type": "color", "value": "#336699"},
			obj{"type": "date", "timestamp": 1764061200, "format": "{date_long}", "fallback": "then"}),
		obj{"type": "rich_text_list", "style": "ordered", "elements": []any{line(text("first")), line(text("second"))}},
		obj{"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": []any{line(text("within"))}},
		obj{"type": "rich_text_quote", "elements": []any{text("a quote")}},
		obj{"type": "rich_text_preformatted", "elements": []any{text("preformatted")}},
	}}
}

// touchable is every element that may stand in an actions block.
func touchable() []any {
	var all []any
	for i, e := range append([]obj{
		button("b", "Button", nil), button("primary", "Primary", obj{"style": "primary"}), button("danger", "Danger", obj{"style": "danger", "confirm": confirm("danger")}),
		{"type": "overflow", "options": options("Rotate", "Snooze")},
	}, choosable()...) {
		if e["action_id"] == nil {
			e["action_id"] = "e" + strconv.Itoa(i)
		}
		all = append(all, e)
	}
	return all
}

// choosable is every element at which something is chosen.
func choosable() []obj {
	opts := options("mutt", "pine", "elm")
	return []obj{
		{"type": "checkboxes", "options": opts, "initial_options": opts[:1]},
		{"type": "radio_buttons", "options": []any{obj{"text": mrkdwn("*mutt*"), "value": "mutt", "description": mrkdwn("all mail clients _suck_")}, opts[1]}},
		{"type": "static_select", "placeholder": plain("One of groups"), "option_groups": []any{
			obj{"label": plain("Old"), "options": opts[:2]}, obj{"label": plain("Older"), "options": opts[2:]},
		}},
		{"type": "external_select", "placeholder": plain("Ask the app"), "min_query_length": 1},
		{"type": "users_select", "placeholder": plain("Somebody")},
		{"type": "channels_select", "placeholder": plain("A channel")},
		{"type": "conversations_select", "placeholder": plain("A conversation")},
		{"type": "multi_static_select", "placeholder": plain("Several"), "options": opts, "initial_options": opts[:2]},
		{"type": "multi_external_select", "placeholder": plain("Ask for several"), "min_query_length": 0},
		{"type": "multi_users_select", "placeholder": plain("People"), "initial_users": []any{"UBOB"}},
		{"type": "multi_channels_select", "placeholder": plain("Channels")},
		{"type": "multi_conversations_select", "placeholder": plain("Conversations")},
		{"type": "datepicker", "initial_date": "2026-11-25"},
		{"type": "timepicker", "initial_time": "09:30"},
		{"type": "datetimepicker", "initial_date_time": 1764061200},
	}
}

// typeable is every element that is typed into.
func typeable() []obj {
	return []obj{
		{"type": "plain_text_input", "placeholder": plain("laptop at home"), "max_length": 60},
		{"type": "plain_text_input", "multiline": true},
		{"type": "email_text_input", "placeholder": plain("alice@example.com")},
		{"type": "url_text_input"},
		{"type": "number_input", "is_decimal_allowed": false, "initial_value": "7"},
		{"type": "rich_text_input"},
	}
}

// everyInput is a modal with every element that may stand in an input block.
func everyInput() obj {
	blocks := []any{obj{"type": "alert", "level": "warning", "text": mrkdwn("An *alert*")}}
	for i, e := range append(typeable(), choosable()...) {
		blocks = append(blocks, input("i"+strconv.Itoa(i), e["type"].(string), e, obj{"optional": true, "hint": plain("A hint")}))
	}
	return modal("Every input", obj{"submit": plain("Send")}, blocks...)
}
