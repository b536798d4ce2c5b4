package blockkit

import (
	"reflect"
	"regexp"
	"strconv"
	"time"
)

// plain is a plain_text object of at most most code points.
func plain(most int) rule {
	return tagged(map[string]rule{"plain_text": plainRule(most)})
}

// text is a plain_text or mrkdwn object of at most most code points.
func text(most int) rule {
	return tagged(map[string]rule{"plain_text": plainRule(most), "mrkdwn": mrkdwnRule(most)})
}

func plainRule(most int) rule {
	return object(members{"type": need(str(1, 255)), "text": need(str(1, most)), "emoji": may(boolean)})
}

func mrkdwnRule(most int) rule {
	return object(members{"type": need(str(1, 255)), "text": need(str(1, most)), "verbatim": may(boolean)})
}

var (
	id      = str(1, 255)
	kind    = str(1, 255) // already judged by tagged
	link    = str(1, 3000)
	style   = among("primary", "danger")
	confirm = object(members{
		"title": need(plain(100)), "text": need(text(300)), "confirm": need(plain(30)), "deny": need(plain(30)), "style": may(style),
	})
	dispatchConfig = object(members{
		"trigger_actions_on": need(list(1, 2, among("on_enter_pressed", "on_character_entered"))),
	})
	conversationFilter = object(members{
		"include":                          may(list(1, 4, among("im", "mpim", "private", "public"))),
		"exclude_external_shared_channels": may(boolean),
		"exclude_bot_users":                may(boolean),
	}, anyOf("include", "exclude_external_shared_channels", "exclude_bot_users"))
)

// Options of selects are plain; those of checkboxes and radio buttons may be mrkdwn; those of an overflow may have a url.
var (
	selectOption = object(members{"text": need(plain(75)), "value": need(str(1, 75)), "description": may(plain(75))})
	choiceOption = object(members{"text": need(text(75)), "value": need(str(1, 75)), "description": may(text(75))})
	menuOption   = object(members{"text": need(plain(75)), "value": need(str(1, 75)), "description": may(plain(75)), "url": may(link)})

	optionGroups   = list(1, MaxGroups, object(members{"label": need(plain(75)), "options": need(list(1, MaxOptions, selectOption))}))
	suggestionRule = object(members{"options": may(list(0, MaxOptions, selectOption)), "option_groups": may(optionGroups)},
		oneOf("options", "option_groups"))
)

// offered says that what is chosen initially is among the options, exactly.
func offered(c *check, at string, v any) {
	o := v.(map[string]any)
	options := Options(o)
	if initial := o["initial_option"]; initial != nil && !contains(options, initial) {
		c.refuse(at+"/initial_option", "must be one of the provided options")
	}
	chosen, _ := o["initial_options"].([]any)
	for i, initial := range chosen {
		if !contains(options, initial) {
			c.refuse(at+"/initial_options/"+strconv.Itoa(i), "must be one of the provided options")
		}
	}
}

func contains(options []any, option any) bool {
	for _, one := range options {
		if reflect.DeepEqual(one, option) {
			return true
		}
	}
	return false
}

// Options is all options of an element, or of an answer to a block_suggestion, those in groups included.
func Options(holder map[string]any) []any {
	all, _ := holder["options"].([]any)
	groups, _ := holder["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		options, _ := group["options"].([]any)
		all = append(all[:len(all):len(all)], options...)
	}
	return all
}

func date(c *check, at string, v any) {
	if s, ok := v.(string); !ok || !isDate(s) {
		c.refuse(at, "must provide a date as YYYY-MM-DD")
	}
}

func clockTime(c *check, at string, v any) {
	if s, ok := v.(string); !ok || !timeOfDay.MatchString(s) {
		c.refuse(at, "must provide a time as HH:mm")
	}
}

var timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
