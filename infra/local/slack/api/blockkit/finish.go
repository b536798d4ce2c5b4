package blockkit

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
)

// Finish returns checked blocks as Slack sends them back: with a block_id for each block and an action_id for each element
// that the app gave none, and with the defaults of text objects. The ids follow from the seed (a view's or a message's id), so
// that they are the same each time.
func Finish(blocks json.RawMessage, seed string) []map[string]any {
	if len(blocks) == 0 {
		return []map[string]any{}
	}
	var all []map[string]any
	if err := json.Unmarshal(blocks, &all); err != nil {
		panic(fmt.Sprintf("blocks that were checked can't be read: %v", err))
	}
	for i, b := range all {
		setAbsent(b, "block_id", made(seed, strconv.Itoa(i)))
		for pointer, e := range within(b) {
			if e["type"] != "image" {
				setAbsent(e, "action_id", made(seed, strconv.Itoa(i), pointer))
			}
		}
		fill(b)
	}
	return all
}

// fill sets the defaults of every text object in v.
func fill(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			fill(one)
		}
	case map[string]any:
		switch v["type"] {
		case "plain_text":
			setAbsent(v, "emoji", true)
		case "mrkdwn":
			setAbsent(v, "verbatim", false)
		}
		for _, one := range v {
			fill(one)
		}
	}
}

// within is the elements of a block with their pointers below it, in the order of their standing.
func within(b map[string]any) iter.Seq2[string, map[string]any] {
	return func(yield func(string, map[string]any) bool) {
		switch b["type"] {
		case "section", "input":
			for _, name := range []string{"accessory", "element"} {
				if e, ok := b[name].(map[string]any); ok && !yield("/"+name, e) {
					return
				}
			}
		case "actions":
			elements, _ := b["elements"].([]any)
			for i, e := range elements {
				if e, ok := e.(map[string]any); ok && !yield("/elements/"+strconv.Itoa(i), e) {
					return
				}
			}
		}
	}
}

func setAbsent(o map[string]any, name string, value any) {
	if o[name] == nil {
		o[name] = value
	}
}

// made is an id of five characters, as Slack's are.
func made(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base32.StdEncoding.EncodeToString(h.Sum(nil))[:5]
}
