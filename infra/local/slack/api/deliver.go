package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// ackTime is how long an app has to ack, in real time.
const ackTime = 3 * time.Second

// What the client shows for an app that gave no ack.
const (
	codeTimeout     = "operation_timeout"
	codeUnreachable = "dispatch_failed"
)

// Exchange is one request to or from the app, with its answer.
type Exchange struct {
	// FromApp is set for the Web API and response_urls; otherwise Slack asked the app.
	FromApp bool
	// Name is the method ("views.open"), "response_url", or what Slack sent: "command", "raw", the payload's type
	// ("block_actions") or the event's ("user_change").
	Name   string
	URL    string
	Header http.Header
	Body   []byte
	// Status is 0, and Answer empty, where there was no answer.
	Status int
	Answer []byte
	// Took is real time; At, the beginning, is the stack's.
	At   time.Time
	Took time.Duration
}

// ack is the app's answer to a request.
type ack struct {
	Status int
	Header http.Header
	Body   []byte
}

// MarshalJSON writes {"status", "body"}; the body is JSON if it is, else a string.
func (a *ack) MarshalJSON() ([]byte, error) {
	return marshal(map[string]any{"status": a.Status, "body": jsonOrText(a.Body)})
}

func jsonOrText(body []byte) any {
	if json.Valid(body) {
		return json.RawMessage(body)
	}
	return string(body)
}

// letter is a request of Slack's to the app.
type letter struct {
	name   string // as in Exchange
	path   string
	header http.Header
	body   []byte
}

// interaction is the letter with a payload, as to /slack/interactions.
func interaction(payload map[string]any) (letter, error) {
	body, err := marshal(payload)
	if err != nil {
		return letter{}, err
	}
	return form(payload["type"].(string), "/slack/interactions", url.Values{"payload": {string(body)}}), nil
}

func form(name, path string, values url.Values) letter {
	return letter{
		name: name, path: path, body: []byte(values.Encode()),
		header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}
}

// deliver signs and sends a letter and waits for the ack. The error is a refusal where the app gave none.
func (w *Workspace) deliver(ctx context.Context, l letter) (*ack, error) {
	stamp := strconv.FormatInt(w.now().Unix(), 10)
	l.header.Set("X-Slack-Request-Timestamp", stamp)
	l.header.Set("X-Slack-Signature", Sign(w.options.SigningSecret, stamp, l.body))
	return w.send(ctx, l)
}

// Sign is Slack's signature of a request: "v0=" and the hex HMAC-SHA-256 of "v0:timestamp:body".
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", timestamp, body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

func (w *Workspace) send(ctx context.Context, l letter) (*ack, error) {
	// Slack does not hang up on the app because the person's connection is gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ackTime)
	defer cancel()
	defer context.AfterFunc(w.closing, cancel)()

	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.options.AppURL()+l.path, bytes.NewReader(l.body))
	if err != nil {
		return nil, refuse("invalid_arguments", "address the app: %v", err)
	}
	request.Header = l.header.Clone()
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	}
	e := Exchange{Name: l.name, URL: request.URL.String(), Header: request.Header, Body: l.body, At: w.now()}
	begun := time.Now()
	a, err := w.roundTrip(request)
	e.Took = time.Since(begun)
	if a != nil {
		e.Status, e.Answer = a.Status, a.Body
	}
	if w.options.Observe != nil {
		w.options.Observe(e)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, refuse(codeTimeout, "the app did not ack within %s", ackTime)
	case err != nil:
		return nil, refuse(codeUnreachable, "the app can't be reached: %v", err)
	}
	return a, nil
}

func (w *Workspace) roundTrip(r *http.Request) (*ack, error) {
	response, err := w.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return nil, err
	}
	return &ack{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}

// acked turns what deliver returned into an answer: not ok where the app failed, with a trouble that the person's client
// shows. Any other error is the simulator's.
func acked(a *ack, err error) (answer, error) {
	var r *refusal
	switch {
	case errors.As(err, &r):
		return answer{Error: r.Code, Detail: r.Detail}, nil
	case err != nil:
		return answer{}, err
	case a.Status >= 500:
		return answer{Error: "http_service_error", Detail: "the app's ack is not 200", Ack: a}, nil
	case a.Status != http.StatusOK:
		return answer{Error: "http_client_error", Detail: "the app's ack is not 200", Ack: a}, nil
	}
	return answer{OK: true, Ack: a}, nil
}
