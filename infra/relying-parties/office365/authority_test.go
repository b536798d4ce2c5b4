package office365

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the tenant has registered. The secret has characters that must be escaped in a form.
const (
	clientID     = "11111111-2222-3333-4444-555555555555"
	clientSecret = "Ab8~Q~client+secret/value&=%"
	scope        = "https://outlook.office365.com/.default"
	audience     = "https://outlook.office365.com"
)

// authority is a stand-in for Entra's token endpoint, which checks what it is asked and signs what it gives.
type authority struct {
	*httptest.Server
	key []byte

	mu      sync.Mutex
	life    time.Duration
	size    int          // of a token, in bytes, at least
	trouble http.Handler // nil: it works
	fetched []string     // tokens
	asked   int
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{key: []byte(t.Name()), life: time.Hour, size: 1800} // as long as Entra's
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

// ServeHTTP is the client credentials grant.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // what can't be parsed is missing below
	a.mu.Lock()
	a.asked++
	trouble := a.trouble
	a.mu.Unlock()
	if trouble != nil {
		trouble.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	refuse := func(status int, code string, number int) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"error": code, "error_description": "AADSTS" + strconv.Itoa(number) + ": sent was " + r.PostForm.Encode(), "error_codes": []int{number},
		})
	}
	f := r.PostForm
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/example.onmicrosoft.com/oauth2/v2.0/token":
		w.WriteHeader(http.StatusNotFound)
	case f.Get("grant_type") != "client_credentials":
		refuse(http.StatusBadRequest, "unsupported_grant_type", 70003)
	case f.Get("client_id") != clientID:
		refuse(http.StatusBadRequest, "unauthorized_client", 700016)
	case f.Get("client_secret") != clientSecret:
		refuse(http.StatusUnauthorized, "invalid_client", 7000215)
	case f.Get("scope") != scope:
		refuse(http.StatusBadRequest, "invalid_scope", 70011)
	default:
		a.mu.Lock()
		defer a.mu.Unlock()
		token := a.sign(audience, time.Now().Add(a.life))
		a.fetched = append(a.fetched, token)
		_ = json.NewEncoder(w).Encode(map[string]any{"token_type": "Bearer", "expires_in": int(a.life.Seconds()), "access_token": token})
	}
}

// claims is what a token says.
type claims struct {
	Audience string `json:"aud"`
	Ends     int64  `json:"exp"`
	Roles    []string
	Padding  string
}

func (a *authority) sign(audience string, ends time.Time) string {
	c := claims{Audience: audience, Ends: ends.Unix(), Roles: []string{"IMAP.AccessAsApp", "SMTP.SendAsApp"}}
	for {
		body, err := json.Marshal(c)
		if err != nil {
			panic(err) // a struct of plain values
		}
		signed := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + base64.RawURLEncoding.EncodeToString(body)
		mac := hmac.New(sha256.New, a.key)
		mac.Write([]byte(signed))
		token := signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
		if len(token) >= a.size {
			return token
		}
		c.Padding += "x"
	}
}

// accepts reports whether the token is this authority's, for the mail provider, and good now.
func (a *authority) accepts(token string) bool {
	at := strings.LastIndexByte(token, '.')
	if at < 0 {
		return false
	}
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(token[:at]))
	signature, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	if err != nil || !hmac.Equal(mac.Sum(nil), signature) {
		return false
	}
	_, body, _ := strings.Cut(token[:at], ".")
	text, err := base64.RawURLEncoding.DecodeString(body)
	var c claims
	return err == nil && json.Unmarshal(text, &c) == nil && c.Audience == audience && time.Now().Before(time.Unix(c.Ends, 0))
}

// does makes it give trouble, and with nil work again.
func (a *authority) does(trouble http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.trouble = nil
	if trouble != nil {
		a.trouble = trouble
	}
}

// gives says how long tokens live and how long they are.
func (a *authority) gives(life time.Duration, size int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.life, a.size = life, size
}

// tokens is what was given.
func (a *authority) tokens() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.fetched...)
}

// requests is how many came, whatever was answered.
func (a *authority) requests() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}
