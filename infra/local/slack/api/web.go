package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
)

// method is one method of the Web API.
type method struct {
	scope string // that the token needs
	// required is the arguments without which there is no call.
	required []string
	// run answers without "ok", or refuses. The lock is held.
	run func(*Workspace, args) (map[string]any, error)
}

// methods is every method that is played (https://docs.slack.dev/reference/methods/).
var methods = map[string]method{
	"auth.test":           {run: (*Workspace).authTest},
	"chat.delete":         {scope: "chat:write", required: []string{"channel", "ts"}, run: (*Workspace).chatDelete},
	"chat.getPermalink":   {required: []string{"channel", "message_ts"}, run: (*Workspace).chatGetPermalink},
	"chat.postEphemeral":  {scope: "chat:write", required: []string{"channel", "user"}, run: (*Workspace).chatPostEphemeral},
	"chat.postMessage":    {scope: "chat:write", required: []string{"channel"}, run: (*Workspace).chatPostMessage},
	"chat.update":         {scope: "chat:write", required: []string{"channel", "ts"}, run: (*Workspace).chatUpdate},
	"conversations.info":  {scope: "channels:read", required: []string{"channel"}, run: (*Workspace).conversationsInfo},
	"conversations.open":  {scope: "im:write", run: (*Workspace).conversationsOpen},
	"users.info":          {scope: "users:read", required: []string{"user"}, run: (*Workspace).usersInfo},
	"users.list":          {scope: "users:read", run: (*Workspace).usersList},
	"users.lookupByEmail": {scope: "users:read.email", required: []string{"email"}, run: (*Workspace).usersLookupByEmail},
	"views.open":          {required: []string{"trigger_id", "view"}, run: (*Workspace).viewsOpen},
	"views.publish":       {required: []string{"user_id", "view"}, run: (*Workspace).viewsPublish},
	"views.push":          {required: []string{"trigger_id", "view"}, run: (*Workspace).viewsPush},
	"views.update":        {required: []string{"view"}, run: (*Workspace).viewsUpdate},
}

// serveMethod answers one call of the Web API, or does what the faults make of it.
func (w *Workspace) serveMethod(rw http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	w.serveApp(rw, r, name, name, func(body []byte) (int, []byte) {
		out, err := w.call(r, name, body)
		var refused *refusal
		switch {
		case errors.As(err, &refused):
			out = map[string]any{"error": refused.Code}
			if refused.Messages != nil {
				out["response_metadata"] = map[string]any{"messages": refused.Messages}
			}
			maps.Copy(out, refused.More)
		case err != nil:
			return http.StatusInternalServerError, []byte(err.Error())
		}
		out["ok"] = err == nil
		answer, err := marshal(out)
		if err != nil {
			return http.StatusInternalServerError, []byte(err.Error())
		}
		return http.StatusOK, answer
	})
}

// serveApp answers a request of the app with what run makes of its body, suffering the fault that is due, and tells Observe.
func (w *Workspace) serveApp(rw http.ResponseWriter, r *http.Request, name, operation string, run func(body []byte) (status int, answer []byte)) {
	begun := time.Now()
	e := Exchange{FromApp: true, Name: name, URL: "http://" + r.Host + r.URL.String(), Header: r.Header, At: w.now()}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	if err != nil {
		http.Error(rw, "request_too_large", http.StatusRequestEntityTooLarge)
		return
	}
	e.Body = body
	e.Status, e.Answer = w.suffer(r.Context(), operation, func() (int, []byte) { return run(body) })
	e.Took = time.Since(begun)
	if w.options.Observe != nil {
		w.options.Observe(e)
	}
	switch {
	case e.Status == 0:
		panic(http.ErrAbortHandler) // how a handler closes the connection
	case e.Status == http.StatusTooManyRequests:
		rw.Header().Set("Retry-After", "1")
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	if !json.Valid(e.Answer) {
		rw.Header().Set("Content-Type", "text/html")
	}
	rw.WriteHeader(e.Status)
	_, _ = rw.Write(e.Answer) // whoever hung up doesn't get it
}

// suffer runs, or does what a fault makes of it. Status 0 is a dropped connection.
func (w *Workspace) suffer(ctx context.Context, operation string, run func() (int, []byte)) (int, []byte) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.closing, cancel)()

	fault, _ := w.options.Faults.Take("slack", operation)
	broken := []byte("<html><body>Server Error</body></html>")
	switch {
	case fault.Kind == faults.Throttle:
		return http.StatusTooManyRequests, []byte(`{"ok":false,"error":"ratelimited"}`)
	case fault.Kind == faults.Before:
		return http.StatusInternalServerError, broken
	case fault.Kind == faults.Hang:
		<-ctx.Done()
		return 0, nil
	case fault.Kind == faults.Kill && fault.Delay == 0:
		w.kill(ctx)
		return 0, nil
	}
	status, answer := run()
	switch fault.Kind {
	case faults.After:
		return http.StatusInternalServerError, broken
	case faults.Kill:
		w.kill(ctx)
		return 0, nil
	case faults.Delay:
		select {
		case <-time.After(fault.Delay):
		case <-ctx.Done():
			return 0, nil
		}
	}
	return status, answer
}

func (w *Workspace) kill(ctx context.Context) {
	if w.options.Kill != nil {
		w.options.Kill(ctx)
	}
}

// call checks who asks for what, and runs the method.
func (w *Workspace) call(r *http.Request, name string, body []byte) (map[string]any, error) {
	m, known := methods[name]
	if !known {
		return nil, &refusal{Code: "unknown_method", More: map[string]any{"req_method": name}}
	}
	a, err := readArgs(r, body)
	if err != nil {
		return nil, err
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		token = a.text("token")
	}
	switch {
	case token == "":
		return nil, refuse("not_authed", "there is no token")
	case token != w.options.BotToken:
		return nil, refuse("invalid_auth", "the token is not that of the app")
	case !w.granted(m.scope):
		return nil, &refusal{Code: "missing_scope", More: map[string]any{
			"needed": m.scope, "provided": strings.Join(w.options.Scopes, ","),
		}}
	}
	for _, name := range m.required {
		if a.text(name) == "" {
			return nil, invalid("missing required field: " + name)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return m.run(w, a)
}

// invalid is an invalid_arguments with Slack's sentences about them.
func invalid(problems ...string) *refusal {
	r := refuse("invalid_arguments", "%s", strings.Join(problems, "; "))
	for _, p := range problems {
		r.Messages = append(r.Messages, "[ERROR] "+strings.TrimPrefix(p, "[ERROR] "))
	}
	return r
}
