package blockkit

import (
	"fmt"
	"math/big"
	"net/mail"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// Choose returns the element's state after a person has chosen or typed, as the client lets them: options by their values,
// people and conversations by id, dates and times in ISO 8601, a datetimepicker in epoch seconds, text as it is. Nothing, or
// one empty string, empties the element. The options of an external select are those that the app suggested. A button takes
// nothing, or its own value.
//
// The error says why the client would not let them; it is for people.
func (e Element) Choose(picks []string, suggested []any) (map[string]any, error) {
	if len(picks) == 1 && picks[0] == "" {
		picks = nil
	}
	if e.Type == "button" {
		if len(picks) > 1 || len(picks) == 1 && picks[0] != stringOf(e.spec["value"]) {
			return nil, fmt.Errorf("%s has no value %q", e, picks)
		}
		return nil, nil
	}
	state := map[string]any{"type": e.Type}
	if e.several() {
		return e.chooseSeveral(state, picks, suggested)
	}
	switch {
	case len(picks) > 1:
		return nil, fmt.Errorf("%s takes one value, not %d", e, len(picks))
	case len(picks) == 0 && e.Type == "overflow":
		return nil, fmt.Errorf("%s needs one of its options", e)
	case len(picks) == 0 && e.member() == "rich_text_value":
		return state, nil
	case len(picks) == 0:
		state[e.member()] = nil
		return state, nil
	}
	value, err := e.one(picks[0], suggested)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e, err)
	}
	state[e.member()] = value
	return state, nil
}

func (e Element) chooseSeveral(state map[string]any, picks []string, suggested []any) (map[string]any, error) {
	if most, ok := e.spec["max_selected_items"].(float64); ok && len(picks) > int(most) {
		return nil, fmt.Errorf("%s takes at most %d values, not %d", e, int(most), len(picks))
	}
	values := []any{}
	seen := map[string]bool{}
	for _, pick := range picks {
		if seen[pick] {
			return nil, fmt.Errorf("%s: %q is chosen twice", e, pick)
		}
		seen[pick] = true
		value, err := e.one(pick, suggested)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e, err)
		}
		values = append(values, value)
	}
	state[e.member()] = values
	return state, nil
}

// one is the value of one pick.
func (e Element) one(pick string, suggested []any) (any, error) {
	switch e.Type {
	case "static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow":
		return byValue(Options(e.spec), pick)
	case "external_select", "multi_external_select":
		return byValue(suggested, pick)
	case "datepicker":
		if !isDate(pick) {
			return nil, fmt.Errorf("%q is no date as YYYY-MM-DD", pick)
		}
	case "timepicker":
		if !timeOfDay.MatchString(pick) {
			return nil, fmt.Errorf("%q is no time as HH:mm", pick)
		}
	case "datetimepicker":
		n, err := strconv.ParseInt(pick, 10, 64)
		if err != nil || n < minDateTime || n > maxDateTime {
			return nil, fmt.Errorf("%q is no time in epoch seconds", pick)
		}
		return n, nil
	case "rich_text_input":
		return map[string]any{"type": "rich_text", "elements": []any{map[string]any{
			"type": "rich_text_section", "elements": []any{map[string]any{"type": "text", "text": pick}},
		}}}, nil
	case "plain_text_input":
		return e.typed(pick)
	case "number_input":
		return e.number(pick)
	case "email_text_input":
		if a, err := mail.ParseAddress(pick); err != nil || a.Address != pick {
			return nil, fmt.Errorf("%q is no e-mail address", pick)
		}
	case "url_text_input":
		if u, err := url.Parse(pick); err != nil || u.Scheme == "" || u.Host == "" {
			return nil, fmt.Errorf("%q is no URL", pick)
		}
	}
	return pick, nil
}

func byValue(options []any, value string) (any, error) {
	for _, o := range options {
		if o, ok := o.(map[string]any); ok && o["value"] == value {
			return o, nil
		}
	}
	return nil, fmt.Errorf("%q is not one of its %d options", value, len(options))
}

func (e Element) typed(pick string) (any, error) {
	least, most := 0, 3000
	if n, ok := e.spec["min_length"].(float64); ok {
		least = int(n)
	}
	if n, ok := e.spec["max_length"].(float64); ok {
		most = int(n)
	}
	if n := utf8.RuneCountInString(pick); n < least || n > most {
		return nil, fmt.Errorf("%d characters are not from %d to %d", n, least, most)
	}
	return pick, nil
}

func (e Element) number(pick string) (any, error) {
	n, ok := new(big.Float).SetString(pick)
	if !ok || n.IsInf() {
		return nil, fmt.Errorf("%q is no number", pick)
	}
	if e.spec["is_decimal_allowed"] == false && !n.IsInt() {
		return nil, fmt.Errorf("%q is no whole number", pick)
	}
	if least, ok := new(big.Float).SetString(stringOf(e.spec["min_value"])); ok && n.Cmp(least) < 0 {
		return nil, fmt.Errorf("%s is less than %s", pick, e.spec["min_value"])
	}
	if most, ok := new(big.Float).SetString(stringOf(e.spec["max_value"])); ok && n.Cmp(most) > 0 {
		return nil, fmt.Errorf("%s is more than %s", pick, e.spec["max_value"])
	}
	return pick, nil
}
