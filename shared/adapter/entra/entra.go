// Package entra gets access tokens from Microsoft Entra ID by the client credentials grant (RFC 6749 §4.4), for bridges to a mail provider.
//
// # What is promised
//
// A token is kept in memory until shortly before its end and fetched once, however many ask at the same moment; each process of the
// function has its own. One that is still good is used on while a new one can't be had. A fetch that has failed is not repeated for two
// seconds, so that a crowd of sign-ins does not fall upon a provider in trouble. A fetch ends after two seconds, whoever waits for it.
//
// No error holds a token, the client secret, or anything that the provider has written but a standard error code (RFC 6749 §5.2) and
// Entra's own numbers. The client secret is sent to the token endpoint itself and never follows a redirect.
//
// # What may be changed here
//
// The times. A token that came without an end, of another type than Bearer, or with characters that a token can't have (RFC 6750 §2.1) is
// refused: it would be passed on in lines of protocols.
//
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
package entra

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/relay"
)

// Secret is a client secret as it is stored.
type Secret interface {
	// Current is its value.
	Current(ctx context.Context) (string, error)
	// Again reads it again, unless that was done a moment ago: the present value was found wrong.
	Again(ctx context.Context) (string, error)
}

const (
	// fetchTime is how long a fetch may take, with the reading of the secret.
	fetchTime = 2 * time.Second
	// failedFor is how long a failure is what everyone is told.
	failedFor = 2 * time.Second
	// A token is renewed when a tenth of its life is left, or renewBefore; Entra's live for an hour or more.
	renewBefore = 5 * time.Minute
	// longest is the longest life of a token that is believed.
	longest = 24 * time.Hour
)

var _ relay.Tokens = (*Tokens)(nil)

// Tokens is the tokens of every upstream.
type Tokens struct {
	open   func(name string) Secret
	now    func() time.Time
	log    *slog.Logger
	client *http.Client

	flight singleflight.Group
	mu     sync.Mutex
	kept   map[source]*kept
}

// source is all that decides which token it is.
type source struct{ endpoint, client, secret, scope string }

func (s source) String() string {
	return strings.Join([]string{s.endpoint, s.client, s.secret, s.scope}, "\x00")
}

// kept is what is known of a source's token.
type kept struct {
	secret Secret
	token  relay.Token
	renew  time.Time // after which a new one is fetched
	failed error
	again  time.Time // until when failed holds
}

// New returns tokens whose client secrets open opens, by their names. A renewal that fails is logged.
func New(open func(name string) Secret, now func() time.Time, log *slog.Logger) *Tokens {
	return &Tokens{open: open, now: now, log: log, client: newClient(), kept: map[source]*kept{}}
}

func newClient() *http.Client {
	return &http.Client{
		// A token is fetched once an hour: a connection that has slept for so long, in a process that slept too, is a trap.
		Transport:     &http.Transport{DisableKeepAlives: true, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Token is one that is good for a while, see [relay.Tokens].
func (t *Tokens) Token(ctx context.Context, u service.Upstream) (relay.Token, error) {
	from := source{u.Endpoint(), u.ClientID, u.Secret, u.Scope}
	if token, err, known := t.known(from); known {
		return token, err
	}
	// Who came first and gives up takes nothing from the others, so the fetch is nobody's.
	fetched := t.flight.DoChan(from.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
		defer cancel()
		return t.renew(ctx, from)
	})
	select {
	case r := <-fetched:
		token, _ := r.Val.(relay.Token)
		return token, r.Err
	case <-ctx.Done():
		return relay.Token{}, fmt.Errorf("wait for a token: %w: %w", relay.ErrNoToken, ctx.Err())
	}
}

// known is what is known without a fetch: a token that is fresh, or that is good and could not be renewed just now, or that failure.
func (t *Tokens) known(from source) (token relay.Token, err error, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, now := t.kept[from], t.now()
	switch {
	case k == nil:
		return token, nil, false
	case now.Before(k.renew):
		return k.token, nil, true
	case k.failed == nil || !now.Before(k.again):
		return token, nil, false
	case now.Before(k.token.Ends):
		return k.token, nil, true
	}
	return token, k.failed, true
}

// renew fetches a token and remembers what came of it.
func (t *Tokens) renew(ctx context.Context, from source) (relay.Token, error) {
	// Between a look and this call another flight may have landed.
	if token, err, known := t.known(from); known {
		return token, err
	}
	t.mu.Lock()
	k := t.kept[from]
	if k == nil {
		k = &kept{secret: t.open(from.secret)}
		t.kept[from] = k
	}
	t.mu.Unlock()
	begun := t.now()
	token, life, err := t.fetch(ctx, from, k.secret)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		k.failed, k.again = err, t.now().Add(failedFor)
		if t.now().Before(k.token.Ends) {
			t.log.WarnContext(ctx, "the access token is used on, a new one can't be had", "left", k.token.Ends.Sub(t.now()).String(), "cause", err.Error())
			return k.token, nil
		}
		return relay.Token{}, err
	}
	k.token = relay.NewToken(token, begun.Add(life))
	k.renew, k.failed = k.token.Ends.Add(-min(renewBefore, life/10)), nil
	return k.token, nil
}
