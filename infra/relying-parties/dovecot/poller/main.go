// Command poller ends the Dovecot sessions of people whose app password was revoked: it asks apppass every 3 seconds, GET /v1/revocations,
// and kicks who is named through doveadm's HTTP API.
//
// # What is promised
//
// A login that the feed names is kicked until doveadm has confirmed it, whatever fails meanwhile. The cursor is kept in a file, and only
// once all logins before it are kicked, so a restart misses nothing. Every call has a deadline. What fails, and that it works again, is
// logged once.
//
// # When a login is kicked again
//
// Each answer begins a minute before its cursor, so it tells most revocations about twenty times, each under a mark. One that is new is
// kicked at once, and again after [sureAfter], for sign-ins that were under way. Who has signed in anew with another app password is left
// alone then, and another revocation of the same login has a mark of its own.
//
// # What may be changed here
//
// The times; a login has to be kicked again within the minute in which its revocation is told. The cursor is apppass': here it is a text.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// every is how long after a poll the next one comes, and slowest the most while polls fail.
	every, slowest = 3 * time.Second, 30 * time.Second
	// sureAfter is after how long a login is kicked once more.
	sureAfter = 6 * time.Second
	// forgotten is after how long without being told a mark is forgotten.
	forgotten = 90 * time.Second
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "apppass-kick:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var f feed
	var d doveadm
	flags := flag.NewFlagSet("apppass-kick", flag.ExitOnError)
	flags.StringVar(&f.url, "feed", "", "`URL` of the feed, https://apppass.example.com/v1/revocations")
	flags.StringVar(&f.keyFile, "key-file", "/etc/dovecot/apppass.key", "`file` with the service key")
	flags.StringVar(&d.url, "doveadm", "http://127.0.0.1:8091/doveadm/v1", "`URL` of doveadm's HTTP API")
	flags.StringVar(&d.passwordFile, "doveadm-password-file", "/etc/dovecot/apppass-doveadm.password", "`file` with doveadm_password")
	flags.BoolVar(&d.proxy, "proxy", false, "the sessions are those of a Dovecot proxy")
	state := flags.String("state", "/var/lib/apppass-kick/cursor", "`file` that keeps the cursor")
	ca := flags.String("ca", "", "PEM `file` with the CAs of apppass' certificate; empty: the system's")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if f.url == "" {
		return errors.New("-feed is missing")
	}
	client, err := newClient(*ca)
	if err != nil {
		return err
	}
	f.client, d.client = client, client
	p := newPoller(&f, &d, *state, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err := p.restore(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for ctx.Err() == nil {
		p.turn(ctx, time.Now())
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
	return nil
}

// asker gives a page of the feed, and kicker ends the sessions of logins, and returns those whose sessions it could not end.
type (
	asker interface {
		since(ctx context.Context, cursor string) (page, error)
	}
	kicker interface {
		kick(ctx context.Context, logins []string) (left []string, err error)
	}
)

// poller is what has to be remembered between polls.
type poller struct {
	feed    asker
	doveadm kicker
	state   string // the file of the cursor
	log     *slog.Logger

	cursor, saved string
	pending       []string         // to be kicked
	told          map[string]*told // by mark
	nextPoll      time.Time
	wait          time.Duration // between polls that fail
	feedWorks     health
	doveadmWorks  health
}

// told is what is known of a revocation that the feed has told.
type told struct {
	first, last time.Time // told
	sure        bool      // it was kicked for again
}

func newPoller(f asker, d kicker, state string, log *slog.Logger) *poller {
	return &poller{feed: f, doveadm: d, state: state, log: log, told: map[string]*told{}, feedWorks: health{what: "the feed"}, doveadmWorks: health{what: "doveadm"}}
}

// restore reads the cursor of an earlier run. Without one, the feed is followed from now on.
func (p *poller) restore() error {
	text, err := os.ReadFile(p.state)
	if errors.Is(err, fs.ErrNotExist) {
		// That it can't be written shows now, not at the first revocation.
		return os.WriteFile(p.state, nil, 0o600)
	}
	p.cursor = strings.TrimSpace(string(text))
	p.saved = p.cursor
	return err
}

// turn polls, if it is time, and kicks. Who could not be kicked is in the next turn.
func (p *poller) turn(ctx context.Context, now time.Time) {
	if !now.Before(p.nextPoll) {
		p.poll(ctx, now)
	}
	p.kick(ctx)
	if len(p.pending) > 0 || p.cursor == p.saved {
		return
	}
	if err := save(p.state, p.cursor); err != nil {
		p.log.Error("the cursor is not kept", "cause", err)
		return
	}
	p.saved = p.cursor
}

// poll reads the feed to its end.
func (p *poller) poll(ctx context.Context, now time.Time) {
	p.nextPoll = now
	for more := true; more; {
		answer, err := p.feed.since(ctx, p.cursor)
		if errors.Is(err, errCursor) && p.cursor != "" {
			p.log.Error("apppass does not know the cursor any more: sessions may be open of who was revoked meanwhile", "cursor", p.cursor)
			p.cursor = ""
			continue
		}
		if p.feedWorks.is(p.log, ctx, err); err != nil {
			p.wait = min(max(2*p.wait, every), slowest)
			p.nextPoll = now.Add(p.wait)
			return
		}
		p.wait = 0
		for _, e := range answer.Ends {
			p.hear(e, now)
		}
		more = answer.More && answer.Next != p.cursor
		p.cursor = answer.Next
	}
	for mark, t := range p.told {
		if now.Sub(t.last) > forgotten {
			delete(p.told, mark)
		}
	}
}

// hear decides whether a login whose revocation the feed tells is to be kicked.
func (p *poller) hear(e end, now time.Time) {
	t := p.told[e.Mark]
	if t == nil {
		t = &told{first: now}
		p.told[e.Mark] = t
	}
	t.last = now
	switch {
	case t.first.Equal(now):
	case !t.sure && now.Sub(t.first) >= sureAfter:
		t.sure = true
	default:
		return
	}
	if !slices.Contains(p.pending, e.Login) {
		p.pending = append(p.pending, e.Login)
	}
}

func (p *poller) kick(ctx context.Context) {
	if len(p.pending) == 0 {
		return
	}
	left, err := p.doveadm.kick(ctx, p.pending)
	for _, login := range p.pending {
		if !slices.Contains(left, login) {
			p.log.Info("kicked", "login", login)
		}
	}
	p.pending = left
	p.doveadmWorks.is(p.log, ctx, err)
}

// health is whether something works, and says so when that changes.
type health struct {
	what   string
	failed bool
}

func (h *health) is(log *slog.Logger, ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !h.failed:
		h.failed = true
		log.Error(h.what+" fails; it is tried on", "cause", err)
	case err == nil && h.failed:
		h.failed = false
		log.Info(h.what + " works again")
	}
}

// save replaces the file, so that it is never half a cursor.
func save(name, cursor string) error {
	next := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".new")
	if err := os.WriteFile(next, []byte(cursor+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(next, name)
}
