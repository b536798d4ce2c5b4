package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// deadline is how long a call may take.
	deadline = 8 * time.Second
	// largest is how much of an answer is read, in bytes: a page of the feed has 500 logins of at most 255.
	largest = 1 << 20
	// batch is how many logins one call kicks.
	batch = 100
)

// errCursor reports that the feed does not know a cursor.
var errCursor = errors.New("the feed does not know the cursor")

func newClient(ca string) (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if ca != "" {
		text, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate", ca)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	// A redirect would carry the key on.
	follow := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: transport, Timeout: deadline, CheckRedirect: follow}, nil
}

// feed is GET /v1/revocations. The key is read at each call, so that a new one needs no restart.
type feed struct {
	client       *http.Client
	url, keyFile string
}

// page is the feed's answer.
type page struct {
	Logins []string `json:"logins"`
	Ends   []end    `json:"ends"`
	Next   string   `json:"next"`
	More   bool     `json:"more"`
}

// end is one revocation. Its mark stays the same however often it is told.
type end struct {
	Login string `json:"login"`
	Mark  string `json:"mark"`
}

func (f *feed) since(ctx context.Context, cursor string) (p page, err error) {
	key, err := secret(f.keyFile)
	if err != nil {
		return p, err
	}
	address := f.url
	if cursor != "" {
		address += "?after=" + url.QueryEscape(cursor)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return p, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	status, text, err := do(f.client, r)
	switch {
	case err != nil:
		return p, err
	case status == http.StatusBadRequest && reports(text, "feed.cursor"):
		return p, errCursor
	case status != http.StatusOK:
		return p, fmt.Errorf("the feed answers %d", status)
	}
	if err := json.Unmarshal(text, &p); err != nil || p.Logins == nil || p.Next == "" {
		return p, errors.New("the feed answers 200 with something else than a page of it")
	}
	return p, nil
}

// reports says whether a body of apppass' names that error.
func reports(body []byte, code string) bool {
	var e struct {
		Error string `json:"error"`
	}
	return json.Unmarshal(body, &e) == nil && e.Error == code
}

// doveadm is Dovecot's HTTP API: POST /doveadm/v1, a list of commands, each with a tag.
// https://doc.dovecot.org/2.3/admin_manual/doveadm_http_api/
type doveadm struct {
	client            *http.Client
	url, passwordFile string
	// proxy is set where the sessions are those of a Dovecot proxy: kick does not see them.
	proxy bool
}

// command ends a login's sessions.
func (d *doveadm) command(login, tag string) []any {
	if d.proxy {
		return []any{"proxyKick", map[string]any{"user": []string{login}}, tag}
	}
	return []any{"kick", map[string]any{"mask": []string{login}}, tag}
}

// noSessions is doveadm's exit code where a login has no sessions.
const noSessions = 68

func (d *doveadm) kick(ctx context.Context, logins []string) (left []string, err error) {
	for len(logins) > 0 {
		some := logins[:min(batch, len(logins))]
		logins = logins[len(some):]
		not, e := d.kickSome(ctx, some)
		left, err = append(left, not...), errors.Join(err, e)
		if ctx.Err() != nil {
			break
		}
	}
	return append(left, logins...), err
}

func (d *doveadm) kickSome(ctx context.Context, logins []string) (left []string, err error) {
	password, err := secret(d.passwordFile)
	if err != nil {
		return logins, err
	}
	commands := make([]any, len(logins))
	for i, login := range logins {
		commands[i] = d.command(login, strconv.Itoa(i))
	}
	body, err := json.Marshal(commands)
	if err != nil {
		return logins, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return logins, err
	}
	r.SetBasicAuth("doveadm", password)
	r.Header.Set("Content-Type", "application/json")
	status, text, err := do(d.client, r)
	switch {
	case err != nil:
		return logins, err
	case status != http.StatusOK:
		return logins, fmt.Errorf("doveadm answers %d", status)
	}
	done, err := confirmed(text)
	if err != nil {
		return logins, err
	}
	for i, login := range logins {
		if !done[strconv.Itoa(i)] {
			left = append(left, login)
		}
	}
	if len(left) > 0 {
		return left, fmt.Errorf("doveadm did not kick %d of %d logins", len(left), len(logins))
	}
	return nil, nil
}

// confirmed is the tags of the commands after which a login has no sessions.
func confirmed(text []byte) (map[string]bool, error) {
	var answers [][3]json.RawMessage
	if err := json.Unmarshal(text, &answers); err != nil {
		return nil, errors.New("doveadm answers 200 with something else than results")
	}
	done := map[string]bool{}
	for _, a := range answers {
		var kind, tag string
		if json.Unmarshal(a[0], &kind) != nil || json.Unmarshal(a[2], &tag) != nil {
			continue
		}
		var trouble struct {
			ExitCode int `json:"exitCode"`
		}
		switch kind {
		case "doveadmResponse":
			done[tag] = true
		case "error":
			done[tag] = json.Unmarshal(a[1], &trouble) == nil && trouble.ExitCode == noSessions
		}
	}
	return done, nil
}

func do(client *http.Client, r *http.Request) (status int, text []byte, err error) {
	response, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err = io.ReadAll(io.LimitReader(response.Body, largest))
	return response.StatusCode, text, err
}

// secret is what a file holds, without the end of its line.
func secret(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if s := strings.TrimSpace(string(text)); s != "" {
		return s, nil
	}
	return "", fmt.Errorf("%s is empty", file)
}
