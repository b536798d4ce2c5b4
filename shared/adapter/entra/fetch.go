package entra

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"regexp"
	"slices"
	"strconv"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/apppass/apppass/shared/use/relay"
)

// fetch gets a token and its life. A client secret that Entra refuses is read again, and tried once more if it has changed.
func (t *Tokens) fetch(ctx context.Context, from source, secret Secret) (token string, life time.Duration, err error) {
	text, err := secret.Current(ctx)
	if err != nil {
		return "", 0, fmt.Errorf("%w: the client secret: %w", relay.ErrNoToken, err)
	}
	token, life, err = t.ask(ctx, from, text)
	if refused, ok := errors.AsType[*refusal](err); !ok || refused.code != "invalid_client" {
		return token, life, err
	}
	if changed, readErr := secret.Again(ctx); readErr == nil && changed != text {
		return t.ask(ctx, from, changed)
	}
	return token, life, err
}

// ask is one request to the token endpoint.
func (t *Tokens) ask(ctx context.Context, from source, secret string) (token string, life time.Duration, err error) {
	config := clientcredentials.Config{
		ClientID: from.client, ClientSecret: secret, TokenURL: from.endpoint, Scopes: []string{from.scope},
		AuthStyle: oauth2.AuthStyleInParams, // else it is found out by a second request
	}
	got, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, t.client))
	if ctx.Err() != nil {
		return "", 0, fmt.Errorf("%w: the token endpoint does not answer in time", relay.ErrNoToken)
	}
	if err != nil {
		return "", 0, fmt.Errorf("%w: %w", relay.ErrNoToken, described(err))
	}
	seconds, err := strconv.ParseFloat(fmt.Sprint(got.Extra("expires_in")), 64)
	switch {
	case err != nil || math.IsNaN(seconds) || seconds < 1:
		return "", 0, fmt.Errorf("%w: the token endpoint does not say how long the token lives", relay.ErrNoToken)
	case got.Type() != "Bearer":
		return "", 0, fmt.Errorf("%w: the token endpoint gives a token of another type than Bearer", relay.ErrNoToken)
	case !bearer.MatchString(got.AccessToken):
		return "", 0, fmt.Errorf("%w: the token endpoint gives a token with characters that a token can't have", relay.ErrNoToken)
	}
	return got.AccessToken, time.Duration(min(seconds, longest.Seconds()) * float64(time.Second)), nil
}

// bearer is RFC 6750 §2.1's b64token.
var bearer = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// refusal is an error answer, as much of it as may be logged.
type refusal struct {
	status  int
	code    string // of RFC 6749 §5.2; empty: none of them
	numbers []int  // Entra's
}

func (r *refusal) Error() string {
	text := "the token endpoint answers " + strconv.Itoa(r.status)
	if r.code != "" {
		text += ", " + r.code
	}
	for _, n := range r.numbers {
		text += ", AADSTS" + strconv.Itoa(n)
	}
	return text
}

// codes are the errors that are quoted.
var codes = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_resource",
	"server_error", "temporarily_unavailable",
}

// described is an error of the library's without what the endpoint has written: that may be anything, a request's own body included.
func described(err error) error {
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		refused := &refusal{status: r.Response.StatusCode}
		if slices.Contains(codes, r.ErrorCode) {
			refused.code = r.ErrorCode
		}
		var body struct {
			Numbers []int `json:"error_codes"`
		}
		if json.Unmarshal(r.Body, &body) == nil {
			refused.numbers = body.Numbers[:min(len(body.Numbers), 5)]
		}
		return refused
	}
	if broken, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("reach the token endpoint: %w", broken)
	}
	if broken, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("reach the token endpoint: %w", broken)
	}
	return errors.New("the token endpoint's answer is no token")
}
