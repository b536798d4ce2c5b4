// Package blockkit is what Slack knows of Block Kit: which blocks, elements and objects there are, where each may stand, how
// long each text may be, and what a person can do with an element.
//
// # What it does
//
// [CheckView], [CheckBlocks] and [CheckOptions] judge JSON as Slack's schemas do and name each fault with Slack's sentence and
// a JSON pointer. [Finish] returns the blocks as Slack sends them back, with the ids and defaults that it fills in. [Elements]
// finds what a person can touch; an [Element] knows its initial state, its state after a choice, and the action it reports.
//
// # What is promised
//
// Everything is judged, and what is not known is refused: an unknown block, element, member or style is a problem, never
// silently let through, because an app that passes here must pass at Slack. Blocks that apppass has no use for (video, file,
// call, workflow buttons, …) are unknown here. Lengths are counted in code points.
//
// # What may be changed here
//
// The tables in block.go, element.go, object.go and richtext.go are the specification; another block is another entry. The
// reference is https://docs.slack.dev/reference/block-kit/.
package blockkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Surface is where blocks are shown.
type Surface string

// The surfaces that an app can fill.
const (
	Message Surface = "message"
	Modal   Surface = "modal"
	Home    Surface = "home"
)

// Limits of Slack.
const (
	// MaxMessageBlocks and MaxViewBlocks are how many blocks a message and a view may have.
	MaxMessageBlocks = 50
	MaxViewBlocks    = 100
	// MaxOptions is how many options a select, or a group of one, may have; MaxGroups is how many groups.
	MaxOptions = 100
	MaxGroups  = 100
)

// Problem is one thing that Slack refuses.
type Problem struct {
	// Text is Slack's sentence, "must be less than 76 characters".
	Text string
	// Pointer is the JSON pointer to the culprit, "/blocks/0/text/text".
	Pointer string
}

// String is the problem as it stands in response_metadata.messages.
func (p Problem) String() string {
	return fmt.Sprintf("[ERROR] %s [json-pointer:%s]", p.Text, p.Pointer)
}

// CheckView judges a view, a modal or a home tab by its type. Pointers begin with /view.
func CheckView(view json.RawMessage) []Problem {
	v, problem := decode(view, "/view")
	if problem != nil {
		return []Problem{*problem}
	}
	c := &check{}
	if o, ok := v.(map[string]any); ok && o["type"] == string(Home) {
		c.surface = Home
		homeRule(c, "/view", v)
	} else {
		c.surface = Modal
		modalRule(c, "/view", v)
	}
	return c.problems
}

// CheckBlocks judges a message's blocks. Pointers begin with /blocks.
func CheckBlocks(blocks json.RawMessage) []Problem {
	v, problem := decode(blocks, "/blocks")
	if problem != nil {
		return []Problem{*problem}
	}
	c := &check{surface: Message}
	blocksRule(0, MaxMessageBlocks)(c, "/blocks", v)
	return c.problems
}

// CheckOptions judges the answer to a block_suggestion: {"options": […]} or {"option_groups": […]}. Pointers begin with "".
func CheckOptions(answer json.RawMessage) []Problem {
	v, problem := decode(answer, "")
	if problem != nil {
		return []Problem{*problem}
	}
	c := &check{surface: Modal}
	suggestionRule(c, "", v)
	return c.problems
}

func decode(raw json.RawMessage, at string) (any, *Problem) {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&v); err != nil {
		return nil, &Problem{Text: "must be valid JSON", Pointer: at}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &Problem{Text: "must be valid JSON", Pointer: at}
	}
	return v, nil
}
