package world

import (
	"net/http"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
)

// Tab is a browser tab with a one-time link.
type Tab struct {
	*drive.Tab
	w       *World
	owner   *Person // who is asked for a number
	Address string
}

// Opens opens an address in a new tab.
func (w *World) Opens(address string) *Tab {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	tab, err := drive.Open(ctx, address)
	if err != nil {
		// The address has the link's key in it, and no test's output may.
		w.t.Fatalf("open a link: %v", err)
	}
	return &Tab{tab, w, w.Alice, address}
}

// Reveals claims the link, for its owner where a number is asked for, and returns the password.
func (t *Tab) Reveals() string {
	t.w.t.Helper()
	ctx, cancel := t.w.context()
	defer cancel()
	for tapped := ""; ; {
		c := t.Claims()
		switch {
		case c.Status == http.StatusAccepted && c.Digits != tapped:
			tapped = c.Digits
			t.owner.Taps(c.Digits)
		case c.Status == http.StatusAccepted || c.Status == http.StatusServiceUnavailable:
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				t.w.t.Fatal("the link does not open")
			}
		default:
			pw, err := t.Opens(c)
			if err != nil {
				t.w.t.Fatalf("reveal: %v", err)
			}
			return pw
		}
	}
}

// Claims claims the link and returns the answer, good or bad.
func (t *Tab) Claims() drive.Claimed {
	t.w.t.Helper()
	ctx, cancel := t.w.context()
	defer cancel()
	c, err := t.Claim(ctx)
	if err != nil {
		t.w.t.Fatalf("claim: %v", err)
	}
	return c
}

// IsRefused expects a status and a state.
func (t *Tab) IsRefused(status int, state string) {
	t.w.t.Helper()
	if c := t.Claims(); c.Status != status || c.State != state {
		t.w.t.Errorf("the link: got %d %s, want %d %s", c.Status, c.State, status, state)
	}
}
