package entra_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
)

// token is a good answer with one member other.
func token(member, value string) http.HandlerFunc {
	members := map[string]string{"token_type": `"Bearer"`, "expires_in": "3600", "access_token": `"leaky-token"`}
	members[member] = value
	var all []string
	for name, value := range members {
		if value != "" {
			all = append(all, `"`+name+`":`+value)
		}
	}
	return says(200, "application/json", "{"+strings.Join(all, ",")+"}")
}

func TestAnEndpointThatMisbehavesIsTroubleThatPasses(t *testing.T) {
	t.Parallel()
	const echo = `"error_description":"the secret ` + clientSecret + ` of leaky-token"`
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		says   string // part of the cause
	}{
		{"refused", says(401, "application/json", `{"error":"invalid_client",`+echo+`,"error_codes":[7000215],"trace_id":"x"}`), "401, invalid_client, AADSTS7000215"},
		{"not allowed", says(400, "application/json", `{"error":"unauthorized_client","error_codes":[700016]}`), "400, unauthorized_client, AADSTS700016"},
		{"an error that is none", says(400, "application/json", `{"error":"leaky-token `+clientSecret+`",`+echo+`}`), "answers 400"},
		{"numbers that are none", says(400, "application/json", `{"error":"invalid_scope","error_codes":"`+clientSecret+`"}`), "400, invalid_scope"},
		{"an error with 200", says(200, "application/json", `{"error":"invalid_scope",`+echo+`}`), "200, invalid_scope"},
		{"throttled", says(429, "application/json", `{"error":"temporarily_unavailable"}`), "429, temporarily_unavailable"},
		{"away behind a proxy", says(502, "text/html", "<html>leaky-token"), "502"},
		{"a page", says(200, "text/html", "<html>leaky-token "+clientSecret), "no token"},
		{"plain text", says(200, "text/plain", "leaky-token "+clientSecret), "no token"},
		{"nothing", says(200, "application/json", ""), "no token"},
		{"null", says(200, "application/json", "null"), "no token"},
		{"half of it", says(200, "application/json", `{"access_token":"leaky-token`), "no token"},
		{"no content", says(204, "application/json", ""), "no token"},
		{"a megabyte", says(200, "application/json", `{"access_token":"`+strings.Repeat("leaky-token", 200_000)+`"}`), "no token"},
		{"no token", token("access_token", ""), "no token"},
		{"a token that is empty", token("access_token", `""`), "no token"},
		{"a token that is a number", token("access_token", "7"), "no token"},
		{"a token with a space", token("access_token", `"leaky-token x"`), "characters"},
		{"a token with a line", token("access_token", `"leaky-token\r\nx"`), "characters"},
		{"a token with a control character", token("access_token", `"leaky-token\u0001auth="`), "characters"},
		{"a token with a tab at its end", token("access_token", `"leaky-token\t"`), "characters"},
		{"no end", token("expires_in", ""), "how long"},
		{"an end at once", token("expires_in", "0"), "how long"},
		{"an end in the past", token("expires_in", "-3600"), "how long"},
		{"an end that is a word", token("expires_in", `"leaky-token"`), "no token"},
		{"an end that is no number", token("expires_in", `"NaN"`), "no token"},
		{"an end that is too large", token("expires_in", "1e400"), "no token"},
		{"another type", token("token_type", `"mac"`), "another type"},
		{"no HTTP", hijacked("leaky-token " + clientSecret + "\r\n\r\n"), "no token"},
		{"a status that is none", hijacked("HTTP/1.1 leaky-token\r\n\r\n"), "no token"},
		{"cut off", hijacked("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{\"access_token\":\"leaky-token"), "no token"},
		{"hung up", hijacked(""), "no token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t)
			e.answers(c.answer)
			err := e.fails("at first", 1)
			if err == nil || !strings.Contains(err.Error(), c.says) || problem.Of(err).Kind() != problem.Unavailable {
				t.Errorf("got %v, want %q in it", err, c.says)
			}
			if err != nil && (strings.Contains(err.Error(), "leaky-token") || strings.Contains(err.Error(), clientSecret)) {
				t.Error("the error quotes what the endpoint has written")
			}
			e.Clock.Advance(2 * time.Second)
			e.answers(gives("3600"))
			e.gets("when it behaves again", 2)
		})
	}
}

// hijacked writes something to the connection and closes it.
func hijacked(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = c.Write([]byte(text))
		_ = c.Close()
	}
}

func TestASlowEndpointIsWaitedForTwoSeconds(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"no end of an answer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"leaky-token",`))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t)
			e.answers(answer)
			begun := time.Now()
			err := e.fails("hanging", 1)
			if took := time.Since(begun); took < 1900*time.Millisecond || took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if err == nil || !strings.Contains(err.Error(), "in time") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheClientSecretFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere.Add(1)
		gives("3600")(w, r)
	}))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		e := newEndpoint(t)
		e.answers(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
		e.fails("redirected", 1)
	}
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestACertificateOfSomebodyElseIsNotTrusted(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { e.requests.Add(1) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	e.upstream.TokenURL = server.URL
	if err := e.fails("an unknown CA", 0); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
}

func TestAnEndpointThatIsAwayIsTroubleThatPasses(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	server := httptest.NewServer(nil)
	server.Close()
	e.upstream.TokenURL = server.URL
	if err := e.fails("nobody listens", 0); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v", err)
	}
}

func TestAClientSecretThatWasChangedIsReadAgain(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	const changed = "the-next-client-secret"
	good := clientSecret
	e.answers(func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("client_secret") != good {
			says(401, "application/json", `{"error":"invalid_client","error_codes":[7000222]}`)(w, r)
			return
		}
		gives("3600")(w, r)
	})
	e.gets("at first", 1)
	good = changed
	e.Clock.Advance(2 * time.Hour)
	e.fails("ended, and nobody has written the next", 2)
	e.rotates(changed)
	e.Clock.Advance(2 * time.Minute)
	e.gets("the next is written", 4)
	e.Clock.Advance(2 * time.Hour)
	e.gets("and remembered", 5)
}

func TestAClientSecretThatIsMissingIsTroubleThatPasses(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	e.upstream.Secret = "apppass/upstream/none"
	if err := e.fails("no secret", 0); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
