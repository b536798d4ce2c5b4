package api

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// A response_url works this often, for this long by the stack's clock.
const (
	hookUses = 5
	hookTime = 30 * time.Minute
)

// hook is a response_url.
type hook struct {
	ID      string
	Person  string // whose act it answers
	Channel string
	TS      string `json:",omitempty"` // the message in which they acted, if they did
	Made    time.Time
	Uses    int `json:",omitempty"`
}

// newHook makes a response_url. Its kind is "commands" or "actions".
func (w *Workspace) newHook(kind string, h hook) (url string, err error) {
	h.ID, h.Made = rand.Text(), w.now()
	if err := w.commit(record{Hook: &h}); err != nil {
		return "", err
	}
	return w.options.BaseURL() + "/hooks/" + kind + "/" + w.options.TeamID + "/" + h.ID, nil
}

// response is what an app sends to a response_url, or answers to a slash command. Other members have no effect here.
type response struct {
	ResponseType    string          `json:"response_type"`
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Attachments     json.RawMessage `json:"attachments"`
	ThreadTS        string          `json:"thread_ts"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

func (r response) content() (content, error) {
	switch r.ResponseType {
	case "", "ephemeral", "in_channel":
	default:
		return content{}, refuse("invalid_arguments", "there is no response_type %q", r.ResponseType)
	}
	c := content{Text: r.Text, Blocks: r.Blocks}
	return c, c.check(r.Attachments, r.ThreadTS)
}

// to is who alone sees the response; empty where all do.
func (r response) to(person string) string {
	if r.ResponseType == "in_channel" {
		return ""
	}
	return person
}

// serveHook answers a POST to a response_url: "ok", or {"ok": false, "error"}. That the errors are called expired_url and
// used_url, with 404, is from memory.
func (w *Workspace) serveHook(rw http.ResponseWriter, r *http.Request) {
	w.serveApp(rw, r, "response_url", "response_url", func(body []byte) (int, []byte) {
		err := w.respond(r.PathValue("team"), r.PathValue("id"), body)
		var refused *refusal
		switch {
		case err == nil:
			return http.StatusOK, []byte("ok")
		case !errors.As(err, &refused):
			return http.StatusInternalServerError, []byte(err.Error())
		}
		answer, err := marshal(map[string]any{"ok": false, "error": refused.Code, "response_metadata": map[string]any{"messages": refused.Messages}})
		if err != nil {
			return http.StatusInternalServerError, []byte(err.Error())
		}
		status := http.StatusBadRequest
		if refused.Code == "expired_url" || refused.Code == "used_url" {
			status = http.StatusNotFound
		}
		return status, answer
	})
}

func (w *Workspace) respond(team, id string, body []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ok := w.hooks[id]
	switch {
	case !ok || team != w.options.TeamID || w.now().Sub(h.Made) > hookTime:
		return refuse("expired_url", "the response_url is older than %s, or never was", hookTime)
	case h.Uses >= hookUses:
		return refuse("used_url", "the response_url was used %d times", hookUses)
	}
	var said response
	if err := json.Unmarshal(body, &said); err != nil {
		return refuse("invalid_payload", "read the JSON body: %v", err)
	}
	used := *h
	used.Uses++
	r := record{Hook: &used}

	original, there := w.message(place{h.Channel, h.TS})
	if said.DeleteOriginal {
		if !there {
			return refuse("message_not_found", "there is no original to delete")
		}
		r.Deleted = []place{original.place()}
		return w.commit(r)
	}
	c, err := said.content()
	if err != nil {
		return err
	}
	if said.ReplaceOriginal && there {
		next := *original
		next.Text, next.Blocks, next.Edited = c.Text, c.Blocks, w.nextTS()
		r.Message = &next
		return w.commit(r)
	}
	r.Message = &message{
		TS: w.nextTS(), Channel: h.Channel, User: BotUserID, To: said.to(h.Person), Text: c.Text, Blocks: c.Blocks,
	}
	return w.commit(r)
}
