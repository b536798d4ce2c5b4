package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// answer is a response on its way out.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// read understands a function's answer: an object with statusCode is a response, anything else is the body of a 200 in JSON (of
// a JSON string: its text). It is an error where API Gateway would see none.
func read(payload []byte) (*answer, error) {
	var o map[string]json.RawMessage
	if json.Unmarshal(payload, &o) == nil && o["statusCode"] != nil {
		return readResponse(o)
	}
	a := &answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: payload}
	if !json.Valid(payload) {
		return nil, fmt.Errorf("the answer is not JSON")
	}
	if text := ""; bytes.HasPrefix(bytes.TrimSpace(payload), []byte(`"`)) && json.Unmarshal(payload, &text) == nil {
		a.body = []byte(text)
	}
	return a, nil
}

func readResponse(o map[string]json.RawMessage) (*answer, error) {
	a := &answer{header: http.Header{}}
	var err error
	if a.status, err = strconv.Atoi(scalar(o["statusCode"])); err != nil || a.status < 200 || a.status > 599 {
		return nil, fmt.Errorf("the answer's statusCode is %s", o["statusCode"])
	}
	var body *string
	var isBase64 bool
	var headers map[string]json.RawMessage
	var cookies []string
	for name, into := range map[string]any{"body": &body, "isBase64Encoded": &isBase64, "headers": &headers, "cookies": &cookies} {
		if o[name] == nil {
			continue
		}
		if err := json.Unmarshal(o[name], into); err != nil {
			return nil, fmt.Errorf("the answer's %s: %w", name, err)
		}
	}
	for name, value := range headers {
		text := scalar(value)
		if text == "" && string(value) != `""` || strings.ContainsAny(name+text, "\r\n") {
			return nil, fmt.Errorf("the answer's header %q is %s", name, value)
		}
		a.header.Set(name, text)
	}
	for _, c := range cookies {
		a.header.Add("Set-Cookie", c)
	}
	if body == nil {
		return a, nil
	}
	a.body = []byte(*body)
	if isBase64 {
		if a.body, err = base64.StdEncoding.DecodeString(*body); err != nil {
			return nil, fmt.Errorf("the answer's body: %w", err)
		}
	}
	return a, nil
}

// scalar is a JSON string's text, or a number or boolean as it is written; empty for anything else.
func scalar(v json.RawMessage) string {
	var text string
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	var other any
	if json.Unmarshal(v, &other) != nil {
		return ""
	}
	switch other.(type) {
	case float64, bool:
		return string(v)
	}
	return ""
}

// write sends the answer. Its length and connection are the gateway's own.
func (a *answer) write(w http.ResponseWriter) {
	for _, name := range append([]string{"Content-Length", "Date"}, hopByHop...) {
		a.header.Del(name)
	}
	bodiless := a.status == http.StatusNoContent || a.status == http.StatusNotModified
	if !bodiless {
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		if a.header.Get("Content-Type") == "" {
			a.header.Set("Content-Type", "text/plain; charset=utf-8")
		}
	}
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	w.WriteHeader(a.status)
	if !bodiless {
		_, _ = w.Write(a.body) // who hung up doesn't get it; HEAD has no body
	}
}
