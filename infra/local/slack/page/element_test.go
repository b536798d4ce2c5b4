package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// Each element is put alone into a message, is touched by keyboard as a person would, and reports what was chosen.
func TestEveryElementReportsWhatIsChosen(t *testing.T) {
	w := start(t)
	value := func(names ...string) any {
		all := []any{}
		for _, n := range names {
			all = append(all, n)
		}
		if len(all) == 1 {
			return all[0]
		}
		return all
	}
	find := func(kind string) obj {
		for _, e := range choosable() {
			if e["type"] == kind {
				return e
			}
		}
		return nil
	}
	combobox, box := `[role=combobox]`, `input`
	for _, c := range []struct {
		name    string
		element obj
		focus   string // within the block
		keys    []string
		member  string
		want    any
	}{
		{"button", button("x", "Go", obj{"value": "v"}), `button`, []string{kb.Enter}, "value", "v"},
		{"overflow", obj{"type": "overflow", "options": options("Rotate", "Snooze")}, `[aria-haspopup]`, []string{kb.Enter, kb.ArrowDown + kb.Enter}, "selected_option", "Snooze"},
		{"checkboxes", find("checkboxes"), `[value=pine]`, []string{" "}, "selected_options", value("mutt", "pine")},
		{"radio_buttons", find("radio_buttons"), `[value=pine]`, []string{" "}, "selected_option", "pine"},
		{"static_select", find("static_select"), combobox, []string{"EL", kb.Enter}, "selected_option", "elm"},
		{"external_select", find("external_select"), combobox, []string{"al", kb.Enter}, "selected_option", "alpine"},
		{"users_select", find("users_select"), combobox, []string{"bo", kb.Enter}, "selected_user", "UBOB"},
		{"channels_select", find("channels_select"), combobox, []string{"gen", kb.Enter}, "selected_channel", "CGENERAL"},
		{"conversations_select", find("conversations_select"), combobox, []string{"app", kb.Enter}, "selected_conversation", "DALICE"},
		{"multi_static_select", find("multi_static_select"), combobox, []string{kb.Backspace}, "selected_options", value("mutt")},
		{"multi_external_select", find("multi_external_select"), combobox, []string{"p", kb.Enter}, "selected_options", value("alpine")},
		{"multi_users_select", find("multi_users_select"), combobox, []string{"car", kb.Enter}, "selected_users", value("UBOB", "UCAROL")},
		{"multi_channels_select", find("multi_channels_select"), combobox, []string{"g", kb.Enter}, "selected_channels", value("CGENERAL")},
		{"multi_conversations_select", find("multi_conversations_select"), combobox, []string{"g", kb.Enter}, "selected_conversations", value("CGENERAL")},
		{"datepicker", find("datepicker"), box, []string{kb.ArrowUp}, "selected_date", "2026-12-25"},
		{"timepicker", find("timepicker"), box, []string{kb.ArrowUp}, "selected_time", "10:30"},
		{"datetimepicker", find("datetimepicker"), box, []string{kb.ArrowUp}, "selected_date_time", float64(1766653200)},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.reacts(func(kind string, _ obj) any {
				if kind == "block_suggestion" {
					return obj{"options": options("alpine")}
				}
				return nil
			})
			asked := w.count("block_actions")
			c.element["action_id"] = "x"
			w.method("chat.postMessage", obj{"channel": "UALICE", "text": c.name, "blocks": []any{
				obj{"type": "actions", "block_id": c.name, "elements": []any{c.element}},
			}})
			at := `[data-block="` + c.name + `"] ` + c.focus
			w.do(chromedp.WaitVisible(at), chromedp.Focus(at))
			for i, keys := range c.keys {
				if i > 0 && (c.focus == combobox) {
					w.do(chromedp.WaitVisible(`[data-block="` + c.name + `"] .entry.active`))
				}
				w.types(keys)
			}
			w.heardOf("block_actions", asked+1)
			if d := cmp.Diff(listed(c.want), listed(names(w.action()[c.member]))); d != "" {
				t.Errorf("%s (-want +got):\n%s\nof %v", c.member, d, w.action())
			}
		})
	}
}

// names is what is chosen by its values.
func names(v any) any {
	switch v := v.(type) {
	case []any:
		all := []any{}
		for _, one := range v {
			all = append(all, names(one))
		}
		return all
	case map[string]any:
		return v["value"]
	}
	return v
}

func listed(v any) []any {
	if all, ok := v.([]any); ok {
		return all
	}
	return []any{v}
}

// What is typed or chosen in a form arrives with its submission; a form of every element can be submitted as it stands.
func TestEveryInputIsSubmitted(t *testing.T) {
	w := start(t)
	w.product()
	w.types("/apppass inputs" + kb.Enter)
	w.sees("dialog", "Every input")
	for i, text := range []string{"one", "two", "a@example.com", "https://example.com/", "9", "rich"} {
		at := `[data-block=i` + string(rune('0'+i)) + `] .field`
		w.do(chromedp.Focus(at))
		w.replaces(text)
	}
	w.do(chromedp.Click(`dialog [type=submit]`))
	w.heardOf("view_submission", 1)
	values := w.last("view_submission")["view"].(obj)["state"].(obj)["values"].(obj)
	for block, want := range map[string]any{
		"i0": "one", "i1": "two", "i2": "a@example.com", "i3": "https://example.com/", "i4": "9",
	} {
		if got := values[block].(obj)[block].(obj)["value"]; got != want {
			t.Errorf("%s: got %v, want %v", block, got, want)
		}
	}
	if len(values) != len(typeable())+len(choosable()) {
		t.Errorf("the app got %d values", len(values))
	}
}

// Every block is drawn as itself, and none as a box that says it can't be.
func TestEveryBlockIsDrawn(t *testing.T) {
	w := start(t)
	w.product()
	w.types("/apppass gallery" + kb.Enter)
	w.sees("button", "Primary")
	if n := eval[int](w, `document.querySelectorAll('.unknown').length`); n != 0 {
		t.Errorf("%d blocks or elements are drawn as unknown", n)
	}
	text := eval[string](w, `document.querySelector('.block-section .text').innerHTML`)
	want := `<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code> <a href="https://example.com" target="_blank" rel="noopener noreferrer">a link</a> ` +
		`<span class="mention">@Alice</span> <span class="mention">#general</span> <span class="mention loud">@here</span> :unknown_name: a_b_c 2*3*4` +
		`<blockquote>a quote with &lt;b&gt; &amp; more</blockquote>` +
		`made <time datetime="2025-11-25T09:00:00.000Z" title="Tuesday, November 25, 2025 at 10:00:00 AM">Nov 25, 2025 at 10:00 AM</time>, ` +
		`<a href="https://example.com/bare" target="_blank" rel="noopener noreferrer">https://example.com/bare</a>.<pre class="code">preformatted *text*</pre>`
	if d := cmp.Diff(want, text); d != "" {
		t.Errorf("mrkdwn (-want +got):\n%s", d)
	}
}

// A type of tomorrow is a labelled box.
func TestWhatIsUnknownIsShownAsABox(t *testing.T) {
	w := start(t)
	got := eval[string](w, `import('/page/blockkit.js').then(({ render }) => render([{ type: 'video', title: 'x' }, { type: 'actions', elements: [{ type: 'workflow_button' }] }], {}).map((n) => n.textContent.slice(0, 60)).join('|'))`)
	if want := "“video” is not shown here{\n  \"type\": \"video\",\n  \"title\": \"x\"|“workflow_button” is not shown here{\n  \"type\": \"workflow_but"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
