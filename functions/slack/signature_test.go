package main

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api"
)

// Slack's own example, https://docs.slack.dev/authentication/verifying-requests-from-slack.
const (
	vectorSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	vectorStamp     = "1531420618"
	vectorSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	vectorBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands" +
		"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

func signedHeader(stamp, signature string) http.Header {
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", signature)
	return h
}

func TestSlacksOwnExampleIsAccepted(t *testing.T) {
	at := time.Unix(1531420618, 0)
	for _, c := range []struct {
		name                           string
		secret, stamp, signature, body string
		now                            time.Time
		want                           error
	}{
		{"as it is", vectorSecret, vectorStamp, vectorSignature, vectorBody, at, nil},
		{"five minutes later", vectorSecret, vectorStamp, vectorSignature, vectorBody, at.Add(5 * time.Minute), nil},
		{"five minutes earlier", vectorSecret, vectorStamp, vectorSignature, vectorBody, at.Add(-5 * time.Minute), nil},
		{"upper case", vectorSecret, vectorStamp, "v0=" + strings.ToUpper(vectorSignature[3:]), vectorBody, at, nil},
		{"later than that", vectorSecret, vectorStamp, vectorSignature, vectorBody, at.Add(5*time.Minute + time.Nanosecond), errTime},
		{"earlier than that", vectorSecret, vectorStamp, vectorSignature, vectorBody, at.Add(-5*time.Minute - time.Nanosecond), errTime},
		{"another secret", "x" + vectorSecret, vectorStamp, vectorSignature, vectorBody, at, errSignature},
		{"another time", vectorSecret, "1531420619", vectorSignature, vectorBody, at, errSignature},
		{"another spelling of the time", vectorSecret, "+1531420618", vectorSignature, vectorBody, at, errSignature},
		{"another body", vectorSecret, vectorStamp, vectorSignature, vectorBody + "&", at, errSignature},
		{"no body", vectorSecret, vectorStamp, vectorSignature, "", at, errSignature},
		{"no time", vectorSecret, "", vectorSignature, vectorBody, at, errTime},
		{"a time that is none", vectorSecret, "now", vectorSignature, vectorBody, at, errTime},
		{"the beginning of time", vectorSecret, "-9223372036854775808", vectorSignature, vectorBody, at, errTime},
		{"the end of time", vectorSecret, "9223372036854775807", vectorSignature, vectorBody, at, errTime},
		{"no signature", vectorSecret, vectorStamp, "", vectorBody, at, errSignature},
		{"no version", vectorSecret, vectorStamp, vectorSignature[3:], vectorBody, at, errSignature},
		{"another version", vectorSecret, vectorStamp, "v1" + vectorSignature[2:], vectorBody, at, errSignature},
		{"only the version", vectorSecret, vectorStamp, "v0=", vectorBody, at, errSignature},
		{"cut off", vectorSecret, vectorStamp, vectorSignature[:len(vectorSignature)-2], vectorBody, at, errSignature},
		{"no hexadecimal", vectorSecret, vectorStamp, "v0=zz" + vectorSignature[5:], vectorBody, at, errSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := check(c.secret, signedHeader(c.stamp, c.signature), []byte(c.body), c.now); !errors.Is(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// FuzzSignature holds the check to slack-go's, in a bubble where both see the same time.
func FuzzSignature(f *testing.F) {
	f.Add(int64(0), "", "", "text=new", false)
	f.Add(int64(300), "v0=", "", "", true)
	f.Add(int64(301), "", "", "x", false)
	f.Add(int64(-300), "V0=", "+", "x", false)
	f.Fuzz(func(t *testing.T, off int64, signature, stampPrefix, body string, raw bool) {
		synctest.Test(t, func(t *testing.T) {
			stamp := stampPrefix + strconv.FormatInt(time.Now().Unix()+off, 10)
			if signature = "v0=" + hex.EncodeToString([]byte(signature)); !raw {
				signature = api.Sign(vectorSecret, stamp, []byte(body))
			}
			h := signedHeader(stamp, signature)
			ours, theirs := check(vectorSecret, h, []byte(body), time.Now()), theirs(h, body)
			if (ours == nil) != (theirs == nil) {
				t.Errorf("%q at %s: we say %v, slack-go says %v", signature, stamp, ours, theirs)
			}
		})
	})
}

func theirs(h http.Header, body string) error {
	v, err := slack.NewSecretsVerifier(h, vectorSecret)
	if err != nil {
		return err
	}
	if _, err := v.Write([]byte(body)); err != nil {
		return err
	}
	return v.Ensure()
}

func TestWhatIsNotSignedIsRefusedWithoutAWord(t *testing.T) {
	good := command("list", nil)
	for name, s := range map[string]sent{
		"a wrong signature":   with(good, func(h map[string]string) { h["x-slack-signature"] = vectorSignature }),
		"no signature":        with(good, func(h map[string]string) { delete(h, "x-slack-signature") }),
		"no time":             with(good, func(h map[string]string) { delete(h, "x-slack-request-timestamp") }),
		"two signatures":      with(good, func(h map[string]string) { h["x-slack-signature"] += "," + vectorSignature }),
		"an old request":      with(good, func(h map[string]string) { signAt(h, good.body, signedAt.Add(-301*time.Second)) }),
		"a future request":    with(good, func(h map[string]string) { signAt(h, good.body, signedAt.Add(301*time.Second)) }),
		"an unsigned event":   {path: "/slack/events", kind: "application/json", body: `{"type":"url_verification","challenge":"x"}`, change: unsign},
		"an unsigned check":   {path: "/slack/commands", kind: form, body: "ssl_check=1", change: unsign},
		"an unsigned payload": {path: "/slack/interactions", kind: form, body: "payload={}", change: unsign},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			answer := h.send(s)
			if answer.StatusCode != http.StatusUnauthorized || answer.Body != "" || len(h.owners) > 0 {
				t.Errorf("got %d %q, and %d reads", answer.StatusCode, answer.Body, len(h.owners))
			}
			if !strings.Contains(h.log.String(), "refused") {
				t.Errorf("it is not logged:\n%s", &h.log)
			}
		})
	}
}

func with(s sent, change func(h map[string]string)) sent {
	s.change = change
	return s
}

func unsign(h map[string]string) { delete(h, "x-slack-signature") }

func signAt(h map[string]string, body string, at time.Time) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h["x-slack-request-timestamp"], h["x-slack-signature"] = stamp, api.Sign(signingSecret, stamp, []byte(body))
}

func TestBothEncodingsOfABodyAreSignedAlike(t *testing.T) {
	for _, base64 := range []bool{false, true} {
		h := newHouse(t)
		s := command("help", nil)
		s.base64 = base64
		if got := h.shown(h.send(s)); !strings.Contains(got, "/apppass new") {
			t.Errorf("base64 %v: got %s", base64, got)
		}
	}
}

func TestThePayloadInTheQueryIsIgnored(t *testing.T) {
	h := newHouse(t)
	forged := interaction(h, revokeClick("c0123456789abcdef"), nil)
	for name, s := range map[string]sent{
		"an empty body":   {path: "/slack/interactions", query: forged.body, kind: form, body: ""},
		"another payload": {path: "/slack/interactions", query: forged.body, kind: form, body: interaction(h, map[string]any{"type": "view_closed"}, nil).body},
		"a command":       {path: "/slack/commands", query: "team_id=TLOCAL&user_id=UALICE&text=list", kind: form, body: "x=y"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.send(s)
			if len(h.jobs)+len(h.owners)+len(h.opened) > 0 {
				t.Errorf("it was acted on: %v", h.jobs)
			}
		})
	}
}

func TestABodyOfMoreThanAMegabyteIsRefused(t *testing.T) {
	for size, want := range map[int]int{1 << 20: http.StatusOK, 1<<20 + 1: http.StatusRequestEntityTooLarge} {
		h := newHouse(t)
		s := sent{path: "/slack/commands", kind: form, body: "ssl_check=1&x="}
		s.body += strings.Repeat("y", size-len(s.body))
		if got := h.send(s).StatusCode; got != want {
			t.Errorf("%d bytes: got %d, want %d", size, got, want)
		}
	}
}

// unwritten is a secret that the operator has not written yet.
type unwritten struct{}

func (unwritten) Current(context.Context) (string, error) { return "", errors.New("it is empty") }

func TestWithoutASecretSlackIsAskedToComeAgain(t *testing.T) {
	w := httptest.NewRecorder()
	a := &app{log: slog.New(slog.DiscardHandler), now: time.Now}
	r := httptest.NewRequest(http.MethodPost, "/slack/commands", strings.NewReader(url.Values{"ssl_check": {"1"}}.Encode()))
	a.routes(unwritten{}).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

func TestOtherMethodsAndPathsAreNotServed(t *testing.T) {
	h := newHouse(t)
	for path, want := range map[string]int{"/slack/commands/": 404, "/slack": 404, "/": 404} {
		if got := h.send(sent{path: path, kind: form, body: "ssl_check=1"}).StatusCode; got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
}

// renewed is a signing secret that an operator has just changed.
type renewed struct{ old, stored string }

func (r *renewed) Current(context.Context) (string, error) { return r.old, nil }

func (r *renewed) Again(context.Context) (string, error) {
	r.old = r.stored
	return r.stored, nil
}

func TestANewSigningSecretIsFound(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for signedWith, want := range map[string]int{"new": http.StatusOK, "old": http.StatusOK, "neither": http.StatusUnauthorized} {
		s := &signature{
			secret: &renewed{"old", "new"}, now: func() time.Time { return at }, log: slog.New(slog.DiscardHandler),
			next: func(context.Context, http.ResponseWriter, []byte) {},
		}
		stamp := strconv.FormatInt(at.Unix(), 10)
		r := httptest.NewRequest(http.MethodPost, "/slack/commands", strings.NewReader("a=b"))
		r.Header.Set("X-Slack-Request-Timestamp", stamp)
		r.Header.Set("X-Slack-Signature", api.Sign(signedWith, stamp, []byte("a=b")))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("signed with the %s secret: got %d, want %d", signedWith, w.Code, want)
		}
	}
}

func (x unwritten) Again(ctx context.Context) (string, error) { return x.Current(ctx) }
