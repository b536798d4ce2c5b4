// Package relay gives a bridge what it signs a person in with at the company's mail provider: a mailbox and an access token.
//
// # What is promised
//
// Nothing is given for a service that is no bridge, or for a bridge that is not fenced: [service.Service.Check]. The mailbox is the one of
// the login that was let in, or the one that an admin has mapped; nothing that the asker says chooses it. Whatever keeps a token from being
// had is trouble that passes, and never says anything about the person's password. A token can't be printed, logged or marshalled.
//
// # The token's power
//
// It opens every mailbox that the provider has granted to the client, not only this one. That only the bridge's server may ask, from its
// networks and with a key of its own, is what keeps it.
//
// # What may be changed here
//
// A further kind of upstream is one more implementation of [Tokens]. The limits of a token are the bridges': what Dovecot can't pass on
// must not be given to it.
package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

var (
	// ErrNoToken reports that no access token can be had now: the provider is away, slow, refuses, or talks nonsense.
	ErrNoToken = problem.New(problem.Unavailable, "relay.no_token")
	// ErrTooLong reports an access token that is too long for a bridge, see [MaxToken].
	ErrTooLong = problem.New(problem.Unavailable, "relay.too_long")
	// ErrMailbox reports a mailbox whose name can't be passed on.
	ErrMailbox = problem.New(problem.Unavailable, "relay.mailbox")
)

// MaxToken is the longest access token that is passed on, in bytes. Dovecot's auth worker answers in lines of at most 8192, with the other
// fields in them: beside a mailbox of 254 octets 7,700 get through Dovecot 2.3.19, and 7,800 do not.
const MaxToken = 7 << 10

// Tokens gets access tokens.
type Tokens interface {
	// Token is one that is good for a while, for the upstream's client and scope, or [ErrNoToken].
	Token(ctx context.Context, u service.Upstream) (Token, error)
}

// Token is an access token in the clear, and when it ends. It can't be printed, logged or marshalled: each of these shows a placeholder or
// refuses. Reveal is the one way to the characters.
type Token struct {
	reveal func() string
	Ends   time.Time
}

// NewToken holds the characters of an access token.
func NewToken(text string, ends time.Time) Token {
	return Token{func() string { return text }, ends}
}

// Reveal is the token's characters.
func (t Token) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

const hidden = "(access token)"

// String prints a placeholder, and with it fmt and log/slog.
func (t Token) String() string { return hidden }

// GoString prints a placeholder for %#v.
func (t Token) GoString() string { return hidden }

// MarshalText refuses: a token has no place in a log or a file. The one answer that holds it reveals it.
func (t Token) MarshalText() ([]byte, error) {
	return nil, errors.New("an access token can't be marshalled")
}

// Access is what signs a person in at the upstream.
type Access struct {
	Mailbox string
	Token   Token
	// Left is for how long the token is good, in whole seconds.
	Left time.Duration
}

// Relay relays.
type Relay struct {
	tokens Tokens
	now    func() time.Time
}

// New returns a relay.
func New(tokens Tokens, now func() time.Time) *Relay { return &Relay{tokens, now} }

// Access is what signs the login in at the upstream of s, for whom it was let in there. The errors are those of [service.Service.Check], and
// trouble that passes.
func (r *Relay) Access(ctx context.Context, s service.Service, login string) (Access, error) {
	if s.Upstream == nil {
		return Access{}, fmt.Errorf("%s is no bridge", s.ID)
	}
	if err := s.Check(); err != nil {
		return Access{}, fmt.Errorf("the bridge %s: %w", s.ID, err)
	}
	mailbox := s.Upstream.Mailbox(login)
	if mailbox == "" || strings.ContainsFunc(mailbox, func(c rune) bool { return unicode.IsControl(c) || unicode.IsSpace(c) }) {
		return Access{}, fmt.Errorf("the bridge %s: %w", s.ID, ErrMailbox)
	}
	token, err := r.tokens.Token(ctx, *s.Upstream)
	if err != nil {
		return Access{}, fmt.Errorf("get a token for the bridge %s: %w", s.ID, err)
	}
	if n := len(token.Reveal()); n > MaxToken {
		return Access{}, fmt.Errorf("the bridge %s, a token of %d bytes: %w", s.ID, n, ErrTooLong)
	}
	return Access{mailbox, token, token.Ends.Sub(r.now()).Truncate(time.Second)}, nil
}
