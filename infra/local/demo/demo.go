// Package demo drives a stack of its own through the main job, unattended, and says a line a step: from /apppass to a sign-in that is
// verified, and to one that is refused because the password was revoked.
//
// A step counts only if its outcome was seen; the first that was not ends the demo with an error. The password is never printed.
//
// # What may be changed here
//
// A step is an entry of steps: a sentence, and what shows that it is so. README.md quotes the sentences.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/stack"
	"github.com/apppass/apppass/shared/core/password"
)

const (
	alice    = "UALICE"
	login    = "alice@example.com"
	stepTime = 20 * time.Second
)

// Run runs the demo on the binaries that were built for the repository at root. Its state is in a temporary folder, its ports are free
// ones, and nothing of either is left.
func Run(ctx context.Context, out io.Writer, root, binaries string) (err error) {
	dir, err := os.MkdirTemp("", "apppass-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := stack.New(ctx, stack.Options{
		Root: root, Binaries: binaries, Dir: dir, APIAddr: "127.0.0.1:0", SlackAddr: "127.0.0.1:0", AWSAddr: "127.0.0.1:0",
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	d := &demo{
		slack: drive.Slack{URL: s.SlackURL},
		mail:  drive.Server{URL: s.APIURL, Key: "local-mail-service-key"},
	}
	for n, step := range d.steps() {
		if err := d.do(ctx, step); err != nil {
			fmt.Fprintf(out, "%2d  FAILED  %s\n", n+1, step.says)
			return fmt.Errorf("step %d, %s: %w", n+1, step.says, err)
		}
		fmt.Fprintf(out, "%2d  ok  %s\n", n+1, step.says)
	}
	fmt.Fprintln(out, "All of it was seen to be so.")
	return nil
}

// demo is what the steps leave for each other.
type demo struct {
	slack    drive.Slack
	mail     drive.Server
	view     string
	linkAt   place
	link     string
	tab      *drive.Tab
	password string
	listed   place
}

// place is where something can be pressed.
type place struct{ surface, block, action, value string }

type step struct {
	says string
	do   func(ctx context.Context) error
}

func (d *demo) do(ctx context.Context, s step) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	return s.do(ctx)
}

func (d *demo) steps() []step {
	return []step{
		{"a password that nobody has is refused: 401 unknown", d.refusesTheUnknown},
		{"Alice types /apppass new Thunderbird, and a form opens with Thunderbird chosen", d.opensForm},
		{"she submits it, and the form turns into a button with a one-time link", d.submits},
		{"she presses the button, and the link opens in a tab", d.opensLink},
		{"she reveals the password, once", d.reveals},
		{"her mail server verifies it: 200", d.verifies},
		{"the same link in another tab: used", d.linkIsUsed},
		{"/apppass list shows it", d.lists},
		{"she presses Revoke, and Slack says that it is revoked", d.revokes},
		{"her mail server asks again: 401 revoked", d.refusesTheRevoked},
	}
}

func (d *demo) refusesTheUnknown(ctx context.Context) error {
	return d.expect(ctx, unknown(), http.StatusUnauthorized, "unknown")
}

func (d *demo) opensForm(ctx context.Context) error {
	if _, err := d.slack.Do(ctx, "type", map[string]any{"person": alice, "text": "/apppass new Thunderbird"}); err != nil {
		return err
	}
	screen, err := d.slack.Screen(ctx, alice)
	if err != nil {
		return err
	}
	if len(screen.Views) != 1 {
		return fmt.Errorf("%d views are open", len(screen.Views))
	}
	v := screen.Views[0]
	if _, e, ok := drive.Press(v.View.Blocks, "application"); !ok || e.InitialOption == nil || e.InitialOption.Value != "thunderbird" {
		return errors.New("Thunderbird is not chosen")
	}
	d.view = v.ID
	return nil
}

func (d *demo) submits(ctx context.Context) error {
	values := map[string]any{"application": map[string]any{"application": "thunderbird"}, "label": map[string]any{"label": "laptop"}}
	if _, err := d.slack.Do(ctx, "submit", map[string]any{"person": alice, "view_id": d.view, "values": values}); err != nil {
		return err
	}
	_, err := d.slack.Await(ctx, alice, "the link", func(s drive.Screen) bool {
		for _, v := range s.Views {
			if b, e, ok := drive.Press(v.View.Blocks, "open_link"); ok && e.URL != "" {
				d.linkAt = place{surface: v.ID, block: b.BlockID, action: e.ActionID}
				return true
			}
		}
		return false
	})
	return err
}

func (d *demo) opensLink(ctx context.Context) error {
	a, err := d.press(ctx, d.linkAt)
	if err != nil {
		return err
	}
	d.link = a.URL
	d.tab, err = drive.Open(ctx, d.link)
	return err
}

func (d *demo) reveals(ctx context.Context) error {
	var err error
	d.password, err = d.tab.Reveal(ctx)
	return err
}

func (d *demo) verifies(ctx context.Context) error {
	return d.expect(ctx, d.password, http.StatusOK, "")
}

func (d *demo) linkIsUsed(ctx context.Context) error {
	tab, err := drive.Open(ctx, d.link)
	if err != nil {
		return err
	}
	c, err := tab.Claim(ctx)
	if err == nil && (c.Status != http.StatusGone || c.State != "used") {
		err = fmt.Errorf("status %d, %s", c.Status, c.State)
	}
	return err
}

func (d *demo) lists(ctx context.Context) error {
	if _, err := d.slack.Do(ctx, "type", map[string]any{"person": alice, "text": "/apppass list"}); err != nil {
		return err
	}
	screen, err := d.slack.Screen(ctx, alice)
	if err != nil {
		return err
	}
	for _, m := range screen.Messages {
		if b, e, ok := drive.Press(m.Blocks, "revoke"); ok {
			d.listed = place{surface: m.TS, block: b.BlockID, action: e.ActionID, value: e.Value}
			return nil
		}
	}
	return errors.New("there is no message with a button to revoke")
}

func (d *demo) revokes(ctx context.Context) error {
	if _, err := d.press(ctx, d.listed); err != nil {
		return err
	}
	_, err := d.slack.Await(ctx, alice, "the word that it is revoked", func(s drive.Screen) bool {
		for _, m := range s.Messages {
			if m.TS == d.listed.surface {
				_, _, still := drive.Press(m.Blocks, "revoke")
				return !still
			}
		}
		return false
	})
	return err
}

func (d *demo) refusesTheRevoked(ctx context.Context) error {
	return d.expect(ctx, d.password, http.StatusUnauthorized, "revoked")
}

func (d *demo) press(ctx context.Context, p place) (drive.Answer, error) {
	members := map[string]any{"person": alice, "surface": p.surface, "block_id": p.block, "action_id": p.action}
	if p.value != "" {
		members["value"] = p.value
	}
	return d.slack.Do(ctx, "click", members)
}

func (d *demo) expect(ctx context.Context, password string, status int, reason string) error {
	v, err := d.mail.Verify(ctx, drive.Login{Login: login, Password: password, Protocol: "imap", ClientIP: "192.0.2.7"})
	if err == nil && (v.Status != status || v.Reason != reason || v.OK != (status == http.StatusOK)) {
		err = fmt.Errorf("status %d, ok %v, reason %q", v.Status, v.OK, v.Reason)
	}
	return err
}

// unknown is a well-formed app password that nobody has.
func unknown() string {
	pw := password.New(password.General)
	return pw.Format().Show("app", pw.Reveal())
}
