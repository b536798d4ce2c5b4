package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/reveal"
)

// maxBody is more than a claim needs, in bytes.
const maxBody = 4 << 10

// revealer is what the routes call.
type revealer interface {
	Claim(ctx context.Context, c reveal.Claim) (reveal.Revealed, error)
	Done(ctx context.Context, c reveal.Claim) error
}

// claimRoute is POST /r/claim: {id, proof, nonce} in base64url without padding, 16, 32 and 16 bytes.
type claimRoute struct {
	revealer revealer
	log      *slog.Logger
}

// claimed is the answer to the session that has won.
type claimed struct {
	State      string  `json:"state"`
	Sealed     string  `json:"sealed"` // base64url of ciphertext ‖ tag over the password as it is shown
	Credential string  `json:"credential_id"`
	Until      int64   `json:"until"` // epoch seconds: how long the session may fetch again
	Account    account `json:"account"`
}

type account struct {
	Login       string        `json:"login"`
	Application string        `json:"application"`
	Label       string        `json:"label"`
	Services    []link.Server `json:"services"`
}

// match is the answer while the owner is asked: the same request, sent again, gets another answer once the number was tapped.
type match struct {
	State  string `json:"state"`
	Digits string `json:"digits"`
}

// state is every other answer.
type state struct {
	State string `json:"state"`
	At    int64  `json:"at,omitempty"` // epoch seconds, of a link that is over
}

// ServeHTTP decodes, claims and encodes.
func (c *claimRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	claim, err := decode(r.Body)
	if err != nil {
		write(w, http.StatusBadRequest, state{State: "invalid"})
		return
	}
	claim.Browser, claim.Network = browserOf(r.UserAgent()), networkOf(r.RemoteAddr)
	got, err := c.revealer.Claim(r.Context(), claim)
	if asking, ok := errors.AsType[*reveal.Asking](err); ok {
		w.Header().Set("Retry-After", "2")
		write(w, http.StatusAccepted, match{State: "match", Digits: asking.Digits})
		return
	}
	if err != nil {
		fail(r.Context(), w, c.log, claim.ID, err)
		return
	}
	c.log.InfoContext(r.Context(), "revealed", "link", string(claim.ID), "credential", got.Reveal.Credential)
	a := account(got.Reveal.Account)
	if a.Services == nil {
		a.Services = []link.Server{}
	}
	write(w, http.StatusOK, claimed{
		State: "claimed", Sealed: encoding.EncodeToString(got.Sealed), Credential: got.Reveal.Credential, Until: got.Until.Unix(), Account: a,
	})
}

// doneRoute is POST /r/done: the session has stored the password, and what was sealed is deleted.
type doneRoute struct {
	revealer revealer
	log      *slog.Logger
}

// ServeHTTP answers 204, also to a repetition.
func (d *doneRoute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	claim, err := decode(r.Body)
	if err != nil {
		write(w, http.StatusBadRequest, state{State: "invalid"})
		return
	}
	if err := d.revealer.Done(r.Context(), claim); err != nil {
		fail(r.Context(), w, d.log, claim.ID, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// encoding is strict, so that a value has one spelling; [decodeInto] refuses the line breaks that it skips.
var encoding = base64.RawURLEncoding.Strict()

var errClaim = errors.New("not a claim")

func decode(body io.Reader) (reveal.Claim, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	var sent struct {
		ID, Proof, Nonce string
		Mangled          bool
	}
	if err != nil || len(text) > maxBody || json.Unmarshal(text, &sent) != nil {
		return reveal.Claim{}, errClaim
	}
	id, err := link.ParseID(sent.ID)
	if err != nil {
		return reveal.Claim{}, errClaim
	}
	c := reveal.Claim{ID: id, Mangled: sent.Mangled}
	if !decodeInto(c.Proof[:], sent.Proof) || !decodeInto(c.Nonce[:], sent.Nonce) {
		return reveal.Claim{}, errClaim
	}
	return c, nil
}

func decodeInto(to []byte, s string) bool {
	b, err := encoding.DecodeString(s)
	return err == nil && len(s) == encoding.EncodedLen(len(to)) && copy(to, b) == len(to)
}

// answers is what a problem's code is in this protocol.
var answers = map[*problem.Problem]struct {
	status int
	state  string
}{
	link.ErrUnknown: {http.StatusNotFound, "unknown"},
	link.ErrUsed:    {http.StatusGone, "used"},
	link.ErrExpired: {http.StatusGone, "expired"},
	link.ErrVoid:    {http.StatusGone, "void"},
	link.ErrHeld:    {http.StatusForbidden, "held"},
	link.ErrRefused: {http.StatusForbidden, "refused"},
}

func fail(ctx context.Context, w http.ResponseWriter, log *slog.Logger, id link.ID, err error) {
	p := problem.Of(err)
	log.WarnContext(ctx, "not revealed", "link", string(id), "code", p.Code(), "cause", err.Error())
	known, ok := answers[p]
	if !ok {
		w.Header().Set("Retry-After", "2")
		write(w, http.StatusServiceUnavailable, state{State: "away"})
		return
	}
	out := state{State: known.state}
	if ended, ok := errors.AsType[*reveal.Ended](err); ok && !ended.At.IsZero() {
		out.At = ended.At.Unix()
	}
	write(w, known.status, out)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The recorder behind w takes everything.
	_ = json.NewEncoder(w).Encode(body)
}
