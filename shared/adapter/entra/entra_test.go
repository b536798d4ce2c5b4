package entra_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/entra"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/relay"
)

const (
	clientSecret = "Ab8~Q~the.client-secret_value"
	secretName   = "apppass/upstream/office365"
)

// endpoint is a token endpoint and what asks it.
type endpoint struct {
	*inprocess.Cloud
	*entra.Tokens
	t        *testing.T
	secrets  *secretsmanager.Client
	upstream service.Upstream
	log      bytes.Buffer
	requests atomic.Int64
	answer   atomic.Pointer[http.HandlerFunc]
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{Cloud: inprocess.New(t), t: t}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		if err := r.ParseForm(); err != nil {
			t.Error("the form can't be read")
		}
		(*e.answer.Load())(w, r)
	}))
	t.Cleanup(server.Close)
	e.secrets = secretsmanager.NewFromConfig(e.Config)
	if _, err := e.secrets.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String(secretName), SecretString: aws.String(clientSecret)}); err != nil {
		t.Fatal(err)
	}
	e.upstream = service.Upstream{ClientID: "client-1", Secret: secretName, Scope: "https://outlook.office365.com/.default", TokenURL: server.URL + "/token"}
	open := func(name string) entra.Secret { return vault.NewText(e.secrets, name, e.Clock.Now) }
	e.Tokens = entra.New(open, e.Clock.Now, slog.New(slog.NewTextHandler(&e.log, nil)))
	e.answers(gives("3600"))
	return e
}

func (e *endpoint) answers(h http.HandlerFunc) { e.answer.Store(&h) }

// rotates writes another client secret.
func (e *endpoint) rotates(value string) {
	e.t.Helper()
	if _, err := e.secrets.PutSecretValue(e.t.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String(secretName), SecretString: &value}); err != nil {
		e.t.Fatal(err)
	}
}

// gets gets a token, and expects how many requests there were in all until then.
func (e *endpoint) gets(when string, requests int64) relay.Token {
	e.t.Helper()
	token, err := e.Token(e.t.Context(), e.upstream)
	if n := e.requests.Load(); err != nil || n != requests {
		e.t.Errorf("%s: got %v after %d requests, want a token after %d", when, err, n, requests)
	}
	return token
}

// fails expects that there is no token, and how many requests there were in all until then.
func (e *endpoint) fails(when string, requests int64) error {
	e.t.Helper()
	_, err := e.Token(e.t.Context(), e.upstream)
	if n := e.requests.Load(); !errors.Is(err, relay.ErrNoToken) || n != requests {
		e.t.Errorf("%s: got %v after %d requests, want %v after %d", when, err, n, relay.ErrNoToken, requests)
	}
	return err
}

// gives gives tokens "token-1", "token-2", … that live for so many seconds, which is written as it is in JSON.
func gives(life string) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, _ *http.Request) {
		says(200, "application/json", `{"token_type":"Bearer","expires_in":`+life+`,"ext_expires_in":`+life+`,"access_token":"token-`+strconv.FormatInt(n.Add(1), 10)+`"}`)(w, nil)
	}
}

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestATokenIsAskedForAsTheGrantSays(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	e.answers(func(w http.ResponseWriter, r *http.Request) {
		// Which is not printed, as it holds the secret.
		good := len(r.PostForm) == 4 && r.PostForm.Get("grant_type") == "client_credentials" && r.PostForm.Get("client_id") == "client-1" &&
			r.PostForm.Get("client_secret") == clientSecret && r.PostForm.Get("scope") == e.upstream.Scope
		if !good || r.Method != http.MethodPost || r.Header.Get("Authorization") != "" || r.URL.RawQuery != "" {
			t.Errorf("asked by %s with %d members", r.Method, len(r.PostForm))
		}
		gives("3599")(w, r)
	})
	token := e.gets("first", 1)
	if token.Reveal() != "token-1" {
		t.Error("it is another token than was given")
	}
	if left := token.Ends.Sub(e.Clock.Now()); left < 3590*time.Second || left > 3599*time.Second {
		t.Errorf("it is good for %v", left)
	}
}

func TestATokenIsFetchedOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	const many = 50
	var asking, all sync.WaitGroup
	asking.Add(many)
	e.answers(func(w http.ResponseWriter, r *http.Request) {
		asking.Wait()
		gives("3600")(w, r)
	})
	for range many {
		all.Go(func() {
			asking.Done()
			if token, err := e.Token(t.Context(), e.upstream); err != nil || token.Reveal() != "token-1" {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if n := e.requests.Load(); n != 1 {
		t.Errorf("%d requests for %d sign-ins, want one", n, many)
	}
}

func TestATokenIsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		life        string
		kept, renew time.Duration
	}{
		{"3600", 54*time.Minute + 50*time.Second, 55 * time.Minute},
		{`"3600"`, 54*time.Minute + 50*time.Second, 55 * time.Minute}, // as the first version of Entra's endpoint writes it
		{"5400", 84*time.Minute + 50*time.Second, 85 * time.Minute},
		{"100", 85 * time.Second, 90 * time.Second},
		{"1000000000", 23*time.Hour + 54*time.Minute, 23*time.Hour + 55*time.Minute}, // nobody is believed for so long
	} {
		t.Run(c.life, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t)
			e.answers(gives(c.life))
			e.gets("at first", 1)
			e.Clock.Advance(c.kept)
			if e.gets("before its end", 1).Reveal() != "token-1" {
				t.Error("it is another one before its end")
			}
			e.Clock.Advance(c.renew - c.kept)
			if e.gets("near its end", 2).Reveal() != "token-2" {
				t.Error("it is the same near its end")
			}
		})
	}
}

func TestUpstreamsHaveTokensOfTheirOwn(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	e.gets("at first", 1)
	e.upstream.ClientID = "client-2"
	e.gets("of another client", 2)
	e.upstream.Scope = "https://graph.microsoft.com/.default"
	e.gets("of another scope", 3)
	e.upstream.TokenURL += "/other"
	e.gets("of another tenant", 4)
	e.upstream.Mailboxes = map[string]string{"alice@example.com": "a@example.com"}
	e.gets("of another mailbox", 4)
}

func TestAFailureIsNotRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	e.answers(says(503, "text/html", "<html>"))
	first := e.fails("at first", 1)
	for range 20 {
		if again := e.fails("at once", 1); again.Error() != first.Error() {
			t.Errorf("got %v, want %v", again, first)
		}
	}
	e.Clock.Advance(2 * time.Second)
	e.fails("two seconds later", 2)
	e.answers(gives("3600"))
	e.Clock.Advance(2 * time.Second)
	e.gets("when it works again", 3)
}

func TestAGoodTokenIsUsedOnWhileANewOneCantBeHad(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	e.gets("at first", 1)
	e.answers(says(500, "application/json", `{"error":"server_error"}`))
	e.Clock.Advance(56 * time.Minute)
	if e.gets("near its end", 2).Reveal() != "token-1" || e.gets("at once", 2).Reveal() != "token-1" {
		t.Error("it is another token")
	}
	if !strings.Contains(e.log.String(), "server_error") || strings.Contains(e.log.String(), "token-1") {
		t.Errorf("logged: %s", &e.log)
	}
	e.Clock.Advance(5 * time.Minute)
	e.fails("after its end", 3)
}

func TestWhoGivesUpTakesNothingFromTheOthers(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t)
	asked, release := make(chan struct{}), make(chan struct{})
	e.answers(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-release
		gives("3600")(w, r)
	})
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() {
		_, err := e.Token(ctx, e.upstream)
		gaveUp <- err
	}()
	<-asked
	cancel()
	if err := <-gaveUp; !errors.Is(err, relay.ErrNoToken) {
		t.Errorf("who gave up: got %v", err)
	}
	close(release)
	e.gets("the next", 1)
}
