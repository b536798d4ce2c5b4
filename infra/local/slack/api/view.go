package api

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
)

const (
	// maxView is how many bytes a view may have.
	maxView = 250_000
	// maxStack is how many views a modal may stack up.
	maxStack = 3

	typeModal = "modal"
	typeHome  = "home"
)

// values is state.values: by block_id and action_id, what is chosen in an element.
type values map[string]map[string]map[string]any

// view is a modal or a home tab of one person.
type view struct {
	ID     string
	Person string
	// Hash changes whenever the app changes the view.
	Hash string
	// Sent is the view as the app sent it.
	Sent json.RawMessage
	// Root is the id of the first view of its stack, Previous of the one beneath it.
	Root     string
	Previous string `json:",omitempty"`
	// State is what the person has chosen so far.
	State values `json:",omitempty"`
}

// viewSpec is what an app says of a view, beside what only its client needs.
type viewSpec struct {
	Type            string          `json:"type"`
	Title           json.RawMessage `json:"title"`
	Close           json.RawMessage `json:"close"`
	Submit          json.RawMessage `json:"submit"`
	Blocks          json.RawMessage `json:"blocks"`
	PrivateMetadata string          `json:"private_metadata"`
	CallbackID      string          `json:"callback_id"`
	ExternalID      string          `json:"external_id"`
	ClearOnClose    bool            `json:"clear_on_close"`
	NotifyOnClose   bool            `json:"notify_on_close"`
}

// spec reads what was sent, which was checked.
func (v *view) spec() viewSpec {
	var s viewSpec
	if err := json.Unmarshal(v.Sent, &s); err != nil {
		panic(fmt.Sprintf("a view that was checked can't be read: %v", err))
	}
	return s
}

// finished is the view's blocks as Slack sends them.
func (v *view) finished() []map[string]any { return blockkit.Finish(v.spec().Blocks, v.ID+v.Hash) }

// current is what stands in each element: what the person has chosen, if that is still to be had, or what was there initially.
func current(blocks []map[string]any, chosen values) values {
	all := values{}
	for _, e := range blockkit.Elements(blocks) {
		if !e.Stateful() {
			continue
		}
		if all[e.BlockID] == nil {
			all[e.BlockID] = map[string]map[string]any{}
		}
		state := e.Initial()
		if c := chosen[e.BlockID][e.ActionID]; e.Holds(c) {
			state = c
		}
		all[e.BlockID][e.ActionID] = state
	}
	return all
}

// with is the values with one more.
func (v values) with(e blockkit.Element, state map[string]any) values {
	next := maps.Clone(v)
	if next == nil {
		next = values{}
	}
	next[e.BlockID] = maps.Clone(next[e.BlockID])
	if next[e.BlockID] == nil {
		next[e.BlockID] = map[string]map[string]any{}
	}
	next[e.BlockID][e.ActionID] = state
	return next
}

// payload is the view as Slack sends it, in answers and in interactions.
func (v *view) payload(w *Workspace) map[string]any {
	s := v.spec()
	blocks := v.finished()
	var previous any
	if v.Previous != "" {
		previous = v.Previous
	}
	return map[string]any{
		"id": v.ID, "team_id": w.options.TeamID, "type": s.Type, "blocks": blocks, "private_metadata": s.PrivateMetadata,
		"callback_id": s.CallbackID, "state": map[string]any{"values": current(blocks, v.State)}, "hash": v.Hash,
		"title": s.Title, "close": s.Close, "submit": s.Submit, "clear_on_close": s.ClearOnClose, "notify_on_close": s.NotifyOnClose,
		"previous_view_id": previous, "root_view_id": v.Root, "app_id": AppID, "external_id": s.ExternalID,
		"app_installed_team_id": w.options.TeamID, "bot_id": BotID,
	}
}

// checkView refuses a view as Slack does. self is the view that it is to replace; nil for a new one.
func (w *Workspace) checkView(sent json.RawMessage, kind string, self *view) (json.RawMessage, error) {
	if len(sent) > maxView {
		return nil, refuse("view_too_large", "the view has more than %d bytes", maxView)
	}
	if problems := blockkit.CheckView(sent); len(problems) > 0 {
		return nil, invalid(sentences(problems)...)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, sent); err != nil {
		return nil, fmt.Errorf("compact the view: %w", err)
	}
	checked := &view{Sent: compact.Bytes()}
	s := checked.spec()
	if s.Type != kind {
		return nil, invalid(fmt.Sprintf("a %s is wanted, not a %s [json-pointer:/view/type]", kind, s.Type))
	}
	for _, other := range w.views {
		if s.ExternalID != "" && other.spec().ExternalID == s.ExternalID && (self == nil || other.ID != self.ID) {
			return nil, refuse("duplicate_external_id", "there is another view with external_id %q", s.ExternalID)
		}
	}
	return checked.Sent, nil
}

// newView is a view that is not yet shown, atop of another one or by itself.
func (w *Workspace) newView(person string, sent json.RawMessage, beneath *view) *view {
	v := &view{ID: "V" + strings.ToUpper(rand.Text()[:10]), Person: person, Hash: w.newHash(), Sent: sent}
	v.Root = v.ID
	if beneath != nil {
		v.Root, v.Previous = beneath.Root, beneath.ID
	}
	return v
}

// changedView is v with what the app sends now, under a new hash. What the person has chosen stays.
func (w *Workspace) changedView(v *view, sent json.RawMessage) *view {
	next := *v
	next.Sent, next.Hash = sent, w.newHash()
	return &next
}

func (w *Workspace) newHash() string {
	return fmt.Sprintf("%d.%s", w.now().Unix(), strings.ToLower(rand.Text()[:8]))
}
