package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxBody is more than any request here needs: a view has at most 250 kB.
const maxBody = 1 << 20

// refusal is what Slack, its client or this package refuses: a code for programs, a detail for people.
type refusal struct {
	Code   string
	Detail string
	// Messages is response_metadata.messages of the Web API.
	Messages []string
	// Errors is what the client writes beside inputs, by block_id.
	Errors map[string]string
	// Ack is the app's answer, where that is what is refused.
	Ack *ack
	// More is further members of the Web API's answer.
	More map[string]any
}

func (r *refusal) Error() string { return r.Code + ": " + r.Detail }

func refuse(code, detail string, args ...any) *refusal {
	return &refusal{Code: code, Detail: fmt.Sprintf(detail, args...)}
}

// answer is what those who play the people are told.
type answer struct {
	OK     bool              `json:"ok"`
	Error  string            `json:"error,omitempty"`
	Detail string            `json:"detail,omitempty"`
	Ack    *ack              `json:"ack,omitempty"`
	Errors map[string]string `json:"errors,omitempty"`
	// TriggerID is that of a slash command or a shortcut.
	TriggerID string `json:"trigger_id,omitempty"`
	// URL is where the button led.
	URL string `json:"url,omitempty"`
	// TS and Channel are those of a message that was written.
	TS      string  `json:"ts,omitempty"`
	Channel string  `json:"channel,omitempty"`
	Options []any   `json:"options,omitempty"`
	Person  *person `json:"person,omitempty"`
}

// act is a POST of the JSON API: it decodes the body strictly into In, runs, and writes the answer or the refusal.
func act[In, Out any](run func(context.Context, In) (Out, error)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var in In
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
		if err == nil {
			err = decodeStrictly(body, &in)
		}
		if err != nil {
			writeRefusal(rw, http.StatusBadRequest, refuse("invalid_arguments", "%v", err))
			return
		}
		out, err := run(r.Context(), in)
		if err != nil {
			writeRefusal(rw, http.StatusBadRequest, err)
			return
		}
		writeJSON(rw, http.StatusOK, out)
	})
}

// decodeStrictly decodes one JSON value that has no member that v has not.
func decodeStrictly(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("read the JSON body: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("read the JSON body: there is more than one value")
	}
	return nil
}

// writeRefusal answers with a refusal; an app that gave no ack is not refused, and any other error is a fault of the simulator.
func writeRefusal(rw http.ResponseWriter, status int, err error) {
	var r *refusal
	switch {
	case !errors.As(err, &r):
		status, r = http.StatusInternalServerError, refuse("fatal_error", "the local Slack failed: %v", err)
	case r.Code == codeTimeout || r.Code == codeUnreachable:
		status = http.StatusOK
	}
	writeJSON(rw, status, answer{Error: r.Code, Detail: r.Detail, Errors: r.Errors, Ack: r.Ack})
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	body, err := marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"ok":false,"error":"fatal_error"}`)
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(status)
	_, _ = rw.Write(body) // whoever hung up doesn't get it
}

// marshal is JSON without HTML escapes, as Slack's is.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
