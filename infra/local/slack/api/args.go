package api

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
)

// args is a method's arguments: strings of a form, or JSON values.
type args map[string]json.RawMessage

// readArgs reads arguments from the query and from a body that is a form or JSON.
func readArgs(r *http.Request, body []byte) (args, error) {
	a := args{}
	values := r.URL.Query()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
	case kind == "application/json":
		if !json.Valid(body) {
			return nil, refuse("invalid_json", "the body is no JSON")
		}
		if err := json.Unmarshal(body, &a); err != nil || a == nil {
			return nil, refuse("json_not_object", "the body is no JSON object")
		}
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, refuse("invalid_form_data", "the body is no form")
		}
		maps.Copy(values, form)
	default:
		return nil, refuse("invalid_post_type", "the body is neither a form nor JSON")
	}
	for name := range values {
		quoted, err := json.Marshal(values.Get(name))
		if err != nil {
			return nil, err
		}
		a[name] = quoted
	}
	return a, nil
}

// text is a string argument, or the text of another one; empty where it is absent or null.
func (a args) text(name string) string {
	raw := a[name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// json is an argument that is JSON, or a string that holds JSON; nil where it is absent, null or empty.
func (a args) json(name string) json.RawMessage {
	if s := a.text(name); s != "" {
		return bytes.TrimSpace(json.RawMessage(s))
	}
	return nil
}

func (a args) number(name string, least, most int) (int, error) {
	if a.text(name) == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(a.text(name))
	if err != nil || n < least || n > most {
		return 0, invalid("must be an integer from " + strconv.Itoa(least) + " to " + strconv.Itoa(most) + " [json-pointer:/" + name + "]")
	}
	return n, nil
}
