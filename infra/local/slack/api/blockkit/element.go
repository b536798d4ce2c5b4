package blockkit

import "maps"

const (
	maxInt = 1<<53 - 1
	// a datetimepicker takes ten digits of epoch seconds
	minDateTime, maxDateTime = 1_000_000_000, 9_999_999_999
)

// element is an interactive element: its type and action_id, and these members.
func element(m members, further ...rule) rule {
	all := members{"type": need(kind), "action_id": may(id)}
	maps.Copy(all, m)
	return object(all, further...)
}

// choice is an element at which something is chosen: it can ask for a confirmation and take the focus.
func choice(m members, further ...rule) rule {
	all := members{"confirm": may(confirm), "focus_on_load": may(boolean)}
	maps.Copy(all, m)
	return element(all, further...)
}

// menu is a choice with a placeholder.
func menu(m members, further ...rule) rule {
	all := members{"placeholder": may(plain(150))}
	maps.Copy(all, m)
	return choice(all, further...)
}

// multi is a menu at which several are chosen.
func multi(m members, further ...rule) rule {
	all := members{"max_selected_items": may(whole(1, maxInt))}
	maps.Copy(all, m)
	return menu(all, further...)
}

// field is an element that is typed into.
func field(m members) rule {
	all := members{"placeholder": may(plain(150)), "focus_on_load": may(boolean), "dispatch_action_config": may(dispatchConfig)}
	maps.Copy(all, m)
	return element(all)
}

var (
	ids     = list(1, MaxOptions, id)
	options = may(list(1, MaxOptions, selectOption))
	groups  = may(optionGroups)
	pickOne = oneOf("options", "option_groups")
)

// elementRules is every element that is known here.
var elementRules = map[string]rule{
	"button": element(members{
		"text": need(plain(75)), "url": may(link), "value": may(str(1, 2000)), "style": may(style), "confirm": may(confirm),
		"accessibility_label": may(str(1, 75)),
	}),
	"overflow":      element(members{"options": need(list(1, 5, menuOption)), "confirm": may(confirm)}),
	"checkboxes":    choice(members{"options": need(list(1, 10, choiceOption)), "initial_options": may(list(1, 10, choiceOption))}, offered),
	"radio_buttons": choice(members{"options": need(list(1, 10, choiceOption)), "initial_option": may(choiceOption)}, offered),

	"static_select":   menu(members{"options": options, "option_groups": groups, "initial_option": may(selectOption)}, pickOne, offered),
	"external_select": menu(members{"initial_option": may(selectOption), "min_query_length": may(whole(0, maxInt))}),
	"users_select":    menu(members{"initial_user": may(id)}),
	"channels_select": menu(members{"initial_channel": may(id), "response_url_enabled": may(boolean)}),
	"conversations_select": menu(members{
		"initial_conversation": may(id), "default_to_current_conversation": may(boolean), "response_url_enabled": may(boolean),
		"filter": may(conversationFilter),
	}),
	"multi_static_select": multi(members{
		"options": options, "option_groups": groups, "initial_options": may(list(1, MaxOptions, selectOption)),
	}, pickOne, offered),
	"multi_external_select": multi(members{"initial_options": may(list(1, MaxOptions, selectOption)), "min_query_length": may(whole(0, maxInt))}),
	"multi_users_select":    multi(members{"initial_users": may(ids)}),
	"multi_channels_select": multi(members{"initial_channels": may(ids)}),
	"multi_conversations_select": multi(members{
		"initial_conversations": may(ids), "default_to_current_conversation": may(boolean), "filter": may(conversationFilter),
	}),

	"datepicker":     menu(members{"initial_date": may(date)}),
	"timepicker":     menu(members{"initial_time": may(clockTime), "timezone": may(str(1, 255))}),
	"datetimepicker": choice(members{"initial_date_time": may(whole(minDateTime, maxDateTime))}),

	"plain_text_input": field(members{
		"initial_value": may(str(0, 3000)), "multiline": may(boolean), "min_length": may(whole(0, 3000)), "max_length": may(whole(1, 3000)),
	}),
	"email_text_input": field(members{"initial_value": may(str(0, 3000))}),
	"url_text_input":   field(members{"initial_value": may(str(0, 3000))}),
	"number_input": field(members{
		"is_decimal_allowed": need(boolean), "initial_value": may(str(0, 3000)), "min_value": may(str(1, 255)), "max_value": may(str(1, 255)),
	}),
	"rich_text_input": field(members{"initial_value": may(richText)}),

	"image": image,
}

var image = object(members{
	"type": need(kind), "image_url": may(link), "slack_file": may(slackFile), "alt_text": need(str(1, 2000)),
}, oneOf("image_url", "slack_file"))

// Where elements may stand.
var (
	menus = []string{
		"static_select", "external_select", "users_select", "channels_select", "conversations_select",
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_channels_select", "multi_conversations_select",
	}
	choices = append([]string{"checkboxes", "radio_buttons", "datepicker", "timepicker"}, menus...)

	accessories = append([]string{"button", "overflow", "image"}, choices...)
	actions     = append([]string{"button", "overflow", "datetimepicker", "rich_text_input"}, choices...)
	inputs      = append([]string{
		"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "datetimepicker",
	}, choices...)
)

// standing is an element of one of these types.
func standing(types []string) rule {
	return func(c *check, at string, v any) {
		kinds := map[string]rule{}
		for _, t := range types {
			kinds[t] = elementRules[t]
		}
		tagged(kinds)(c, at, v)
	}
}
