package page_test

import (
	"fmt"
	"strings"
	"time"
)

// product makes the app answer much as apppass does, in the words that people see.
func (w *world) product() {
	w.reacts(func(kind string, payload obj) any {
		switch kind {
		case "command":
			return w.command(payload)
		case "view_submission":
			values := payload["view"].(obj)["state"].(obj)["values"].(obj)
			label, isNew := values["label"].(obj)
			if !isNew {
				return nil
			}
			if typed, _ := label["label"].(obj)["value"].(string); strings.HasPrefix(typed, "app-") {
				return obj{"response_action": "errors", "errors": obj{"label": "This looks like an app password. Never type one here."}}
			}
			return obj{"response_action": "update", "view": modal("App password", obj{"close": plain("Close")},
				section(plain("Your app password is being made. The link to it appears here in a moment."), nil))}
		}
		return nil
	})
}

func (w *world) command(payload obj) any {
	verb, argument, _ := strings.Cut(payload["text"].(string), " ")
	switch verb {
	case "new":
		w.method("views.open", obj{"trigger_id": payload["trigger_id"], "view": newForm(argument)})
		return nil
	case "list":
		return passwords()
	case "gallery":
		w.method("chat.postMessage", obj{"channel": "UALICE", "text": "Every block", "blocks": messageBlocks()})
		w.method("chat.postMessage", obj{"channel": "UALICE", "text": "Every element", "blocks": []any{
			obj{"type": "actions", "block_id": "touch", "elements": touchable()},
			section(mrkdwn("A section with an *image*"), obj{"accessory": obj{"type": "image", "image_url": pixel, "alt_text": "a square"}}),
		}})
		return nil
	case "inputs":
		w.method("views.open", obj{"trigger_id": payload["trigger_id"], "view": everyInput()})
		return nil
	}
	return obj{"response_type": "ephemeral", "text": "/apppass new – make an app password for a program that can't sign in like a browser\n/apppass list – see your app passwords"}
}

func newForm(label string) obj {
	choice := obj{"type": "static_select", "placeholder": plain("Where will you enter it?"), "options": options("Thunderbird", "Apple Mail", "Outlook", "Printer")}
	if label == "Thunderbird" {
		choice["initial_option"], label = options("Thunderbird")[0], ""
	}
	typed := obj{"type": "plain_text_input", "placeholder": plain("laptop at home"), "max_length": 60}
	if label != "" {
		typed["initial_value"] = label
	}
	return modal("App password", obj{"submit": plain("Create"), "callback_id": "new"},
		section(plain("An app password is for one application. You see it once, and can revoke it at any time."), nil),
		input("application", "Application", choice, nil),
		input("label", "Label", typed, obj{"optional": true, "hint": plain("Your own words, so that you know it again, like the device it is for.")}))
}

// ready is what the worker makes of the form.
func (w *world) ready(view string) {
	w.method("views.update", obj{"view_id": view, "view": modal("App password", obj{"close": plain("Close")},
		section(plain("Your app password is ready: Thunderbird · laptop at home"), nil),
		obj{"type": "actions", "block_id": "link", "elements": []any{button("open", "Open the one-time link", obj{"style": "primary", "url": w.url + "/page/style-of-none"})}},
		obj{"type": "context", "elements": []any{mrkdwn(fmt.Sprintf("The link works once, until <!date^%d^{time}|soon>. The password starts to work when you have seen it.", time.Now().Add(15*time.Minute).Unix()))}})})
}

func passwords() obj {
	blocks := []any{obj{"type": "header", "text": plain("Your app passwords: 3")}}
	for i, name := range []string{"Thunderbird · laptop at home", "Apple Mail", "Printer · second floor"} {
		id := fmt.Sprint("c", i)
		blocks = append(blocks,
			section(plain(name), obj{"block_id": id, "accessory": button("revoke", "Revoke", obj{"style": "danger", "value": id, "confirm": confirm("danger")})}),
			obj{"type": "context", "elements": []any{mrkdwn(fmt.Sprintf("Works · made <!date^%d^{date_short}|then>", time.Now().Unix()))}})
	}
	return obj{"response_type": "ephemeral", "text": "Your app passwords: 3", "blocks": blocks}
}
