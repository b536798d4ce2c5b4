package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// mail is a mail server as the poller sees it: apppass' feed on the one side, doveadm on the other.
type mail struct {
	*poller
	t    *testing.T
	dir  string
	log  bytes.Buffer
	feed *feed

	mu      sync.Mutex
	polls   []string                                   // the cursors that were sent
	answer  func(cursor string) (status int, b string) // of the feed
	refuses map[string]string                          // what doveadm answers about a login instead of having kicked it
	broken  int                                        // doveadm's status, if it is not 200
	kicks   []string
}

func newMail(t *testing.T) *mail {
	t.Helper()
	m := &mail{t: t, dir: t.TempDir(), refuses: map[string]string{}}
	apppass, dovecot := httptest.NewServer(http.HandlerFunc(m.serveFeed)), httptest.NewServer(http.HandlerFunc(m.serveDoveadm))
	t.Cleanup(apppass.Close)
	t.Cleanup(dovecot.Close)
	m.write("key", "the-service-key\n")
	m.write("password", "the-doveadm-password\n")
	client, err := newClient("")
	if err != nil {
		t.Fatal(err)
	}
	m.feed = &feed{client, apppass.URL + "/v1/revocations", filepath.Join(m.dir, "key")}
	m.poller = newPoller(m.feed, &doveadm{client, dovecot.URL, filepath.Join(m.dir, "password"), false}, filepath.Join(m.dir, "cursor"),
		slog.New(slog.NewTextHandler(&m.log, nil)))
	m.restarts()
	return m
}

func (m *mail) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// restarts forgets everything but the files.
func (m *mail) restarts() {
	m.t.Helper()
	m.poller = newPoller(m.poller.feed, m.poller.doveadm, m.state, m.poller.log)
	if err := m.restore(); err != nil {
		m.t.Fatal(err)
	}
}

// says makes the feed tell one revocation of each of these logins, whatever the cursor. It is always the same one.
func (m *mail) says(next string, logins ...string) {
	p := page{Logins: append([]string{}, logins...), Next: next}
	for _, login := range logins {
		p.Ends = append(p.Ends, end{login, "of " + login})
	}
	m.tells(p)
}

func (m *mail) tells(p page) {
	text, _ := json.Marshal(p)
	m.answers(func(string) (int, string) { return http.StatusOK, string(text) })
}

func (m *mail) answers(f func(cursor string) (int, string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = f
}

func (m *mail) serveFeed(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	cursor := r.URL.Query().Get("after")
	m.polls = append(m.polls, cursor)
	status, text := m.answer(cursor)
	if r.Header.Get("Authorization") != "Bearer the-service-key" {
		status, text = http.StatusForbidden, `{"ok":false,"error":"verify.service_key"}`
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

func (m *mail) serveDoveadm(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	user, password, _ := r.BasicAuth()
	var commands [][3]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&commands); err != nil || user != "doveadm" || password != "the-doveadm-password" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if m.broken != 0 {
		w.WriteHeader(m.broken)
		return
	}
	var answers []string
	for _, c := range commands {
		var args struct {
			Mask []string `json:"mask"`
		}
		if err := json.Unmarshal(c[1], &args); err != nil || string(c[0]) != `"kick"` || len(args.Mask) != 1 {
			m.t.Errorf("doveadm is sent %s %s", c[0], c[1])
			continue
		}
		if refusal, ok := m.refuses[args.Mask[0]]; ok {
			answers = append(answers, fmt.Sprintf(`["error",%s,%s]`, refusal, c[2]))
			continue
		}
		m.kicks = append(m.kicks, args.Mask[0])
		answers = append(answers, fmt.Sprintf(`["doveadmResponse",[{"result":%q}],%s]`, args.Mask[0], c[2]))
	}
	fmt.Fprintf(w, "[%s]", strings.Join(answers, ","))
}

// lasts lets time go by in steps of a poll's, and returns after how many seconds login was kicked.
func (m *mail) lasts(from, until time.Duration, login string) (at []int) {
	for d := from; d <= until; d += every {
		n := m.kicked(login)
		m.turn(m.t.Context(), time.Unix(1_800_000_000, 0).Add(d))
		if m.kicked(login) > n {
			at = append(at, int(d.Seconds()))
		}
	}
	return at
}

func (m *mail) kicked(login string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.kicks {
		if k == login {
			n++
		}
	}
	return n
}

func (m *mail) keeps() string {
	text, err := os.ReadFile(m.state)
	if err != nil {
		m.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}
