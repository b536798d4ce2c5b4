package main

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/relay"
)

// relayer gives what signs a person in at a bridge's upstream.
type relayer interface {
	Access(ctx context.Context, by service.Service, login string) (relay.Access, error)
}

// upstream is how a bridge signs a person in at the mail provider.
type upstream struct {
	Mech    string `json:"mech"`
	User    string `json:"user"` // the mailbox
	Token   string `json:"access_token"`
	Expires int64  `json:"expires_in"` // seconds
}

// xoauth2 is the one mechanism there is.
// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
const xoauth2 = "xoauth2"

// relayed is the upstream's part of an answer, nil for a service that is no bridge.
func relayed(ctx context.Context, r relayer, by service.Service, login string) (*upstream, error) {
	if by.Upstream == nil {
		return nil, nil
	}
	access, err := r.Access(ctx, by, login)
	if err != nil {
		return nil, err
	}
	return &upstream{Mech: xoauth2, User: access.Mailbox, Token: access.Token.Reveal(), Expires: int64(access.Left.Seconds())}, nil
}

// errBridge reports a bridge that asks as servers do that have the mail themselves.
var errBridge = problem.New(problem.Unavailable, "verify.bridge")

// straight is the services that are no bridges: a token is in the answers of POST /v1/verify only, and an answer without one would sign
// nobody in.
type straight struct{ services }

// Asker is the service that asks, if it is no bridge.
func (s straight) Asker(ctx context.Context, key string, source netip.Addr) (service.Service, error) {
	by, err := s.services.Asker(ctx, key, source)
	if err == nil && by.Upstream != nil {
		return service.Service{}, fmt.Errorf("%s: %w", by.ID, errBridge)
	}
	return by, err
}
