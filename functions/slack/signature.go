package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// maxBody is more than Slack sends, in bytes.
	maxBody = 1 << 20
	// window is how far a request's time may be from ours, either way.
	window = 5 * time.Minute
)

// secret gives the app's signing secret.
type secret interface {
	Current(ctx context.Context) (string, error)
	// Again is the secret as it is stored now, for who finds the current one wrong.
	Again(ctx context.Context) (string, error)
}

// signed handles a request of which the body is Slack's. It gets the body that was signed, and must read nothing else of the request:
// the query and the path are not covered.
type signed func(ctx context.Context, w http.ResponseWriter, body []byte)

// signature lets through what Slack has signed, as it describes at
// https://docs.slack.dev/authentication/verifying-requests-from-slack.
type signature struct {
	secret secret
	now    func() time.Time
	log    *slog.Logger
	next   signed
}

var (
	errTime      = errors.New("the time is absent, or more than five minutes off")
	errSignature = errors.New("the signature is absent or wrong")
)

// ServeHTTP answers 401 to what is not signed, without a word why; the cause is logged.
func (s *signature) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), ackTime)
	defer cancel()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	key, err := s.secret.Current(ctx)
	if err != nil {
		s.log.ErrorContext(ctx, "no request can be checked", "cause", err.Error())
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	err = check(key, r.Header, body, s.now())
	if errors.Is(err, errSignature) {
		// An operator may have written a new one.
		if renewed, failed := s.secret.Again(ctx); failed == nil && renewed != key {
			err = check(renewed, r.Header, body, s.now())
		}
	}
	if err != nil {
		s.log.WarnContext(ctx, "refused", "route", r.Pattern, "cause", err.Error())
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.next(ctx, w, body)
}

func check(secret string, h http.Header, body []byte, now time.Time) error {
	stamp := h.Get("X-Slack-Request-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > window {
		return errTime
	}
	sent, ok := strings.CutPrefix(h.Get("X-Slack-Signature"), "v0=")
	given, err := hex.DecodeString(sent)
	if !ok || err != nil {
		return errSignature
	}
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:", stamp)
	mac.Write(body)
	if !hmac.Equal(given, mac.Sum(nil)) {
		return errSignature
	}
	return nil
}
