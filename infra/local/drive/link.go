package drive

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/apppass/apppass/shared/core/link"
)

// Tab is a browser tab in which a one-time link is open.
type Tab struct {
	origin string
	link   link.Link
	nonce  link.Nonce
	// Mangled says that the link's key has reached a request line; Guessing shows a wrong proof.
	Mangled, Guessing bool
}

// ErrLink reports an address that is no one-time link.
var ErrLink = errors.New("not a one-time link")

// Open opens a link in a new tab, as a browser does: it loads the page, and keeps the part after # to itself.
func Open(ctx context.Context, address string) (*Tab, error) {
	u, err := url.Parse(address)
	if err != nil || u.Fragment == "" {
		return nil, ErrLink
	}
	l, err := link.Parse(u.Fragment)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLink, err)
	}
	status, _, err := send(ctx, http.MethodGet, u.Scheme+"://"+u.Host+u.Path, nil, nil)
	if err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("load the page of a link: status %d, %w", status, err)
	}
	t := &Tab{origin: u.Scheme + "://" + u.Host, link: l}
	rand.Read(t.nonce[:])
	return t, nil
}

// Claimed is the reveal function's answer. Its status says how it is to be read.
type Claimed struct {
	Status     int    `json:"-"`
	State      string `json:"state"`
	Digits     string `json:"digits"`
	Sealed     string `json:"sealed"`
	Credential string `json:"credential_id"`
	Until      int64  `json:"until"`
	At         int64  `json:"at"`
	Account    struct {
		Login       string        `json:"login"`
		Application string        `json:"application"`
		Label       string        `json:"label"`
		Services    []link.Server `json:"services"`
	} `json:"account"`
}

// Claim presses Reveal. Pressing again asks again in the name of the same tab.
func (t *Tab) Claim(ctx context.Context) (Claimed, error) {
	status, text, err := t.post(ctx, "/r/claim")
	if err != nil {
		return Claimed{}, err
	}
	c := Claimed{Status: status}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("claim: status %d with no JSON", status)
	}
	return c, nil
}

// Reveal claims the link and opens what it seals: the password, as its owner sees it.
func (t *Tab) Reveal(ctx context.Context) (string, error) {
	c, err := t.Claim(ctx)
	if err != nil {
		return "", err
	}
	return t.Opens(c)
}

// Opens opens what a claim has brought.
func (t *Tab) Opens(c Claimed) (string, error) {
	if c.Status != http.StatusOK {
		return "", fmt.Errorf("claim: status %d, %s", c.Status, c.State)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(c.Sealed)
	if err != nil {
		return "", fmt.Errorf("read what is sealed: %w", err)
	}
	return t.link.Open(sealed, c.Credential)
}

// Done says that the password is stored.
func (t *Tab) Done(ctx context.Context) (status int, err error) {
	status, _, err = t.post(ctx, "/r/done")
	return status, err
}

// post sends what every request of the page's says: which link, that its key is held, and which tab this is.
func (t *Tab) post(ctx context.Context, path string) (int, []byte, error) {
	proof := t.link.Proof()
	if t.Guessing {
		proof[0] ^= 1
	}
	body := map[string]any{
		"id": string(t.link.ID()), "proof": base64.RawURLEncoding.EncodeToString(proof[:]), "nonce": base64.RawURLEncoding.EncodeToString(t.nonce[:]),
	}
	if t.Mangled {
		body["mangled"] = true
	}
	return send(ctx, http.MethodPost, t.origin+path, http.Header{
		"Origin": {t.origin}, "X-Apppass": {"reveal"}, "Sec-Fetch-Site": {"same-origin"},
	}, body)
}

// Nonce is by what the tab is known to the reveal function.
func (t *Tab) Nonce() link.Nonce { return t.nonce }
