package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
)

type ticked struct {
	Function string    `json:"function"`
	Time     time.Time `json:"time"` // the stack's present if it is left out
}

// tick runs a scheduled function.
func (w *Workspace) tick(ctx context.Context, in ticked) (answer, error) {
	if w.options.Tick == nil || in.Function == "" {
		return answer{}, refuse("invalid_arguments", "there is no function to run")
	}
	if in.Time.IsZero() {
		in.Time = w.now()
	}
	if err := w.options.Tick(ctx, in.Function, in.Time); err != nil {
		return answer{}, refuse("tick_failed", "run %s at %s: %v", in.Function, in.Time.Format(time.RFC3339), err)
	}
	return answer{OK: true}, nil
}

type moved struct {
	Set     *time.Time `json:"set"`
	Advance string     `json:"advance"` // a Go duration, "36h"
}

type present struct {
	Now time.Time `json:"now"`
}

func (w *Workspace) serveClock(rw http.ResponseWriter, _ *http.Request) {
	writeJSON(rw, http.StatusOK, present{w.now().UTC()})
}

// moveClock moves the stack's clock and waits until everyone knows.
func (w *Workspace) moveClock(ctx context.Context, in moved) (present, error) {
	d, err := time.ParseDuration(in.Advance)
	switch {
	case (in.Set == nil) == (in.Advance == ""):
		return present{}, refuse("invalid_arguments", "the clock is moved by set or by advance")
	case in.Set != nil:
		w.options.Clock.Set(*in.Set)
	case err != nil:
		return present{}, refuse("invalid_arguments", "read advance: %v", err)
	default:
		w.options.Clock.Advance(d)
	}
	if w.options.ClockMoved != nil {
		if err := w.options.ClockMoved(ctx); err != nil {
			return present{}, err
		}
	}
	return present{w.now().UTC()}, nil
}

// fault is a faults.Fault in JSON. Times is 1 if it is left out, and 0 means until it is cleared.
type fault struct {
	Target    string      `json:"target"`
	Operation string      `json:"operation"`
	Kind      faults.Kind `json:"kind"`
	Times     *int        `json:"times"`
	Delay     string      `json:"delay"` // a Go duration, "2s"
}

func (w *Workspace) addFault(_ context.Context, in fault) (answer, error) {
	if w.options.Faults == nil {
		return answer{}, refuse("invalid_arguments", "there are no faults here")
	}
	f := faults.Fault{Target: in.Target, Operation: in.Operation, Kind: in.Kind, Times: 1}
	set(&f.Times, in.Times)
	if in.Delay != "" {
		d, err := time.ParseDuration(in.Delay)
		if err != nil {
			return answer{}, refuse("invalid_arguments", "read delay: %v", err)
		}
		f.Delay = d
	}
	if err := w.options.Faults.Add(f); err != nil {
		return answer{}, refuse("invalid_arguments", "%v", err)
	}
	return answer{OK: true}, nil
}

func (w *Workspace) serveFaults(rw http.ResponseWriter, _ *http.Request) {
	all := []fault{}
	for _, f := range w.options.Faults.List() {
		all = append(all, fault{Target: f.Target, Operation: f.Operation, Kind: f.Kind, Times: &f.Times, Delay: f.Delay.String()})
	}
	writeJSON(rw, http.StatusOK, map[string]any{"faults": all})
}

func (w *Workspace) clearFaults(rw http.ResponseWriter, _ *http.Request) {
	if w.options.Faults != nil {
		w.options.Faults.Clear()
	}
	writeJSON(rw, http.StatusOK, answer{OK: true})
}

type rawRequest struct {
	Path    string            `json:"path"` // of the app, "/slack/events"
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	// Sign signs the body as Slack does, as of Timestamp, in epoch seconds (0: now). Headers go over the signature.
	Sign      bool  `json:"sign"`
	Timestamp int64 `json:"timestamp"`
}

type rawAnswer struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// raw sends any POST to the app, as an enemy of it would.
func (w *Workspace) raw(ctx context.Context, in rawRequest) (rawAnswer, error) {
	if !strings.HasPrefix(in.Path, "/") {
		return rawAnswer{}, refuse("invalid_arguments", "the path begins with a slash")
	}
	l := letter{name: "raw", path: in.Path, header: http.Header{}, body: []byte(in.Body)}
	if in.Sign {
		if in.Timestamp == 0 {
			in.Timestamp = w.now().Unix()
		}
		stamp := strconv.FormatInt(in.Timestamp, 10)
		l.header.Set("X-Slack-Request-Timestamp", stamp)
		l.header.Set("X-Slack-Signature", Sign(w.options.SigningSecret, stamp, l.body))
	}
	for name, value := range in.Headers {
		l.header.Set(name, value)
	}
	a, err := w.send(ctx, l)
	if err != nil {
		return rawAnswer{}, err
	}
	out := rawAnswer{Status: a.Status, Headers: map[string]string{}, Body: string(a.Body)}
	for name := range a.Header {
		out.Headers[name] = a.Header.Get(name)
	}
	return out, nil
}
