// Package drive plays the people and the servers around apppass: through the simulator's JSON API, the reveal function's protocol and the
// verify API, and nothing else. The demo and the end-to-end tests drive the stack with it, and could drive another.
//
// # What may be changed here
//
// What a person or a server can do is a method here, in the protocol's own words. What is expected of it is its caller's.
package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Slack is the simulator at an address.
type Slack struct {
	// URL is its base, without a slash at the end.
	URL string
}

// Answer is what an act of a person comes to.
type Answer struct {
	OK        bool              `json:"ok"`
	Error     string            `json:"error"`
	TriggerID string            `json:"trigger_id"`
	URL       string            `json:"url"`    // of a url button
	Errors    map[string]string `json:"errors"` // at the inputs of a form
	Ack       struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	} `json:"ack"`
}

// ErrRefused reports an act that Slack has refused, or that the app did not acknowledge.
var ErrRefused = errors.New("Slack refuses")

// client has a deadline for everything.
var client = &http.Client{Timeout: 30 * time.Second}

// Do makes a person act: one of type, click, submit, close, home, post, shortcut, with its members.
func (s Slack) Do(ctx context.Context, act string, members map[string]any) (Answer, error) {
	var a Answer
	if err := call(ctx, http.MethodPost, s.URL+"/api/"+act, nil, members, &a); err != nil {
		return a, err
	}
	if !a.OK {
		return a, fmt.Errorf("%s: %w: %s", act, ErrRefused, a.Error)
	}
	return a, nil
}

// Screen is what a person sees.
type Screen struct {
	Messages []Message `json:"messages"` // the oldest first
	Views    []View    `json:"views"`    // the topmost last
	Home     *Home     `json:"home"`     // nil before the app publishes it
}

// Home is the app's home tab, as the app sent it.
type Home struct {
	ID   string          `json:"id"`
	Hash string          `json:"hash"`
	View json.RawMessage `json:"view"`
}

// Message is one that the person sees.
type Message struct {
	TS        string  `json:"ts"`
	User      string  `json:"user"`
	Text      string  `json:"text"`
	Blocks    []Block `json:"blocks"`
	Ephemeral bool    `json:"ephemeral"`
}

// View is an open modal.
type View struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
	View struct {
		CallbackID string  `json:"callback_id"`
		Blocks     []Block `json:"blocks"`
		Submit     *Text   `json:"submit"` // the button's text
	} `json:"view"`
}

// Block is as much of Block Kit as is needed to find one's way.
type Block struct {
	Type      string    `json:"type"`
	BlockID   string    `json:"block_id"`
	Text      *Text     `json:"text"`
	Accessory *Element  `json:"accessory"`
	Element   *Element  `json:"element"`
	Elements  []Element `json:"elements"`
}

// Text is a text object.
type Text struct {
	Text string `json:"text"`
}

// Element is an element that can be used.
type Element struct {
	Type     string          `json:"type"`
	ActionID string          `json:"action_id"`
	Value    string          `json:"value"`
	URL      string          `json:"url"`
	Text     json.RawMessage `json:"text"`
	Options  []struct {
		Text  Text   `json:"text"`
		Value string `json:"value"`
	} `json:"options"`
	InitialOption *struct {
		Value string `json:"value"`
	} `json:"initial_option"`
	InitialValue string `json:"initial_value"`
}

// Screen is what the person sees now.
func (s Slack) Screen(ctx context.Context, person string) (Screen, error) {
	var screen Screen
	err := call(ctx, http.MethodGet, s.URL+"/api/screen?person="+url.QueryEscape(person), nil, nil, &screen)
	return screen, err
}

// Await looks at the person's screen until it holds what is sought, and returns the screen. The error of the last look comes back where
// ctx ends.
func (s Slack) Await(ctx context.Context, person, what string, sought func(Screen) bool) (Screen, error) {
	for {
		screen, err := s.Screen(ctx, person)
		if err == nil && sought(screen) {
			return screen, nil
		}
		select {
		case <-time.After(30 * time.Millisecond):
		case <-ctx.Done():
			return screen, fmt.Errorf("wait for %s: %w", what, errors.Join(ctx.Err(), err))
		}
	}
}

// Press finds the element with the action id among blocks.
func Press(blocks []Block, actionID string) (b Block, e Element, ok bool) {
	for _, b := range blocks {
		for _, e := range elements(b) {
			if e.ActionID == actionID {
				return b, e, true
			}
		}
	}
	return Block{}, Element{}, false
}

func elements(b Block) []Element {
	all := b.Elements
	if b.Accessory != nil {
		all = append(all, *b.Accessory)
	}
	if b.Element != nil {
		all = append(all, *b.Element)
	}
	return all
}

// call sends JSON and reads JSON. A status of 500 and more is an error; what else it means is the caller's to say.
func call(ctx context.Context, method, to string, header http.Header, body, answer any) error {
	status, text, err := send(ctx, method, to, header, body)
	if err != nil {
		return err
	}
	if status >= http.StatusInternalServerError {
		return fmt.Errorf("%s %s: status %d", method, withoutQuery(to), status)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s %s: status %d with no JSON", method, withoutQuery(to), status)
	}
	return nil
}

func send(ctx context.Context, method, to string, header http.Header, body any) (status int, answer []byte, err error) {
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return 0, nil, fmt.Errorf("marshal a request: %w", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(text))
	if err != nil {
		return 0, nil, fmt.Errorf("make a request: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("send a request: %w", err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, 16<<20))
	return response.StatusCode, answer, err
}

func withoutQuery(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return "?"
	}
	return u.Path
}
