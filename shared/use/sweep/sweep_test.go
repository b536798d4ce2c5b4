package sweep_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/sweep"
)

// ports keeps links by id and notes what is done, in order.
type ports struct {
	reveals map[link.ID]link.Reveal
	ids     []link.ID
	ending  []credential.Credential
	broken  map[string]error // by what is being done
	done    []string
}

func (p *ports) act(what string) error {
	if err := p.broken[what]; err != nil {
		return err
	}
	p.done = append(p.done, what)
	return nil
}

func (p *ports) Unfinished(context.Context, time.Time, int) ([]link.ID, error) {
	return p.ids, p.broken["find"]
}

func (p *ports) Reveal(_ context.Context, id link.ID) (link.Reveal, error) {
	r, ok := p.reveals[id]
	if !ok {
		return r, link.ErrUnknown
	}
	return r, nil
}

func (p *ports) Expire(_ context.Context, r link.Reveal, e audit.Event) error {
	return p.act("expire " + string(r.ID) + " " + e.Reason)
}

func (p *ports) RevokeUnseen(_ context.Context, r link.Reveal, _ credential.Credential, e audit.Event) error {
	return p.act("revoke " + string(r.ID) + " " + e.Reason)
}

func (p *ports) Dismiss(_ context.Context, id link.ID) error { return p.act("dismiss " + string(id)) }
func (p *ports) Delete(_ context.Context, name string) error { return p.act("delete " + name) }

func (p *ports) Send(_ context.Context, j job.Job, _ time.Duration) error {
	return p.act("tell " + j.ID)
}

func (p *ports) Ending(context.Context, time.Time, int) ([]sweep.Waking, error) {
	var all []sweep.Waking
	for _, c := range p.ending {
		all = append(all, sweep.Waking{Person: "U", Credential: c.ID})
	}
	return append(all, sweep.Waking{Person: "U", Credential: "forgotten"}), p.broken["find credentials"]
}

func (p *ports) Credential(_ context.Context, owner credential.Owner, id string) (credential.Credential, error) {
	for _, c := range p.ending {
		if c.ID == id && owner == (credential.Owner{Team: "T", Person: "U"}) {
			return c, nil
		}
	}
	return credential.Credential{}, credential.ErrNotFound
}

func (p *ports) Rest(_ context.Context, c credential.Credential, next time.Time) error {
	if next.IsZero() {
		return p.act("rest " + c.ID)
	}
	return p.act("rest " + c.ID + " for " + next.Sub(now).String())
}

func (p *ports) Later(_ context.Context, id link.ID, _, until time.Time) error {
	return p.act("later " + string(id) + " by " + until.Sub(now).String())
}

func (p *ports) EndLater(_ context.Context, _ credential.Owner, id string, _, until time.Time) error {
	return p.act("later " + id + " by " + until.Sub(now).String())
}

func (p *ports) ExpireCredential(_ context.Context, c credential.Credential, e audit.Event) error {
	return p.act("expire credential " + c.ID + " " + e.Reason)
}

func (p *ports) EndFormer(_ context.Context, c credential.Credential, e audit.Event) error {
	return p.act("end former " + c.ID + " " + e.Reason)
}

func TestWhatIsOverOfCredentialsEnds(t *testing.T) {
	over := now.Add(-credential.Skew)
	former := func(ends time.Time) credential.Former { return credential.Former{Verifier: "old", Ends: ends} }
	p := &ports{ending: []credential.Credential{
		{ID: "c1", State: credential.Active, Expires: over},
		{ID: "c2", State: credential.Active, Expires: over.Add(time.Second), Former: former(over)},
		{ID: "c3", State: credential.Active, Former: former(over.Add(time.Second))}, // a clock that is behind still lets it in
		{ID: "c4", State: credential.Pending, Expires: over},
		{ID: "c5", State: credential.Revoked, Expires: over},
		{ID: "c6", State: credential.Active, Expires: over, Former: former(over)},
		{ID: "c7", State: credential.Active, Due: over, Expires: over.Add(time.Second)},
		{ID: "c8", State: credential.Active, Due: over.Add(time.Second), Expires: over},
		{ID: "c9", State: credential.Active, Due: over.Add(time.Second)},
		{ID: "c10", State: credential.Active, Due: now.Add(time.Hour)},
		{ID: "c11", State: credential.Active},
		{ID: "c12", State: credential.Active, Expires: over, Former: former(over)},
	}, broken: map[string]error{"expire credential c6 lifetime": problem.ErrUnavailable, "expire credential c12 lifetime": sweep.ErrChanged}}
	done, err := sweep.New(p, p, p, "T").Sweep(t.Context(), now)
	want := []string{
		"expire credential c1 lifetime", "end former c2 grace", "rest c4", "rest c5", "later c6 by 5m0s", "expire credential c7 age", "expire credential c8 lifetime",
		"rest c10 for 1h0m0s", "rest c11",
	}
	if !slices.Equal(p.done, want) || done.Ended != 4 || done.Failed != 1 {
		t.Errorf("got %q %+v, want %q", p.done, done, want)
	}
	if !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func TestWhatASweepDoes(t *testing.T) {
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		reveal link.Reveal
		want   []string
	}{
		"unread and over":      {link.Reveal{State: link.Ready, Expires: ago(time.Minute)}, []string{"delete s", "expire r link_unread"}},
		"never ready and over": {link.Reveal{State: link.Preparing, Expires: ago(time.Minute)}, []string{"delete s", "expire r link_unread"}},
		"a rotation, unread": {
			link.Reveal{State: link.Ready, Expires: ago(time.Minute), Rotation: link.Rotation{From: "old"}}, []string{"delete s", "tell unread:r", "expire r link_unread"},
		},
		"shown in Slack, unread": {
			link.Reveal{State: link.Ready, Expires: ago(time.Minute), Place: job.Reply{Channel: "D1", TS: "1.2"}}, []string{"delete s", "tell unread:r", "expire r link_unread"},
		},
		"over just now":          {link.Reveal{State: link.Ready, Expires: ago(time.Second)}, nil},
		"unread":                 {link.Reveal{State: link.Ready, Expires: ago(-time.Minute)}, nil},
		"claimed, never fetched": {link.Reveal{State: link.Claimed, ClaimedAt: ago(65 * time.Second)}, []string{"delete s", "dismiss r"}},
		"claimed, still time":    {link.Reveal{State: link.Claimed, ClaimedAt: ago(59 * time.Second)}, nil},
		"claimed, at the end":    {link.Reveal{State: link.Claimed, ClaimedAt: ago(61 * time.Second)}, []string{"delete s"}},
		"claimed and fetched":    {link.Reveal{State: link.Claimed, ClaimedAt: ago(time.Hour), Fetched: ago(time.Hour)}, []string{"delete s", "dismiss r"}},
		"void":                   {link.Reveal{State: link.Void, Ended: ago(time.Hour)}, []string{"delete s", "dismiss r"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.reveal.ID, c.reveal.Secret = "r", "s"
			p := &ports{reveals: map[link.ID]link.Reveal{"r": c.reveal}, ids: []link.ID{"r", "forgotten"}}
			if _, err := sweep.New(p, p, p, "T").Sweep(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(p.done, c.want) {
				t.Errorf("got %q, want %q", p.done, c.want)
			}
		})
	}
}

func TestWhatNobodyHasSeenEndsWhereverItStands(t *testing.T) {
	in := func(change func(c *credential.Credential)) credential.Credential {
		c := credential.Credential{ID: "c", State: credential.Active, Verifier: "new"}
		change(&c)
		return c
	}
	for name, c := range map[string]struct {
		is   credential.Credential
		want string
	}{
		"the first of its own": {in(func(*credential.Credential) {}), "revoke r never_shown"},
		"after what it has replaced": {
			in(func(c *credential.Credential) { c.Former.Verifier = "old" }), "revoke r never_shown",
		},
		"replaced itself": {
			in(func(c *credential.Credential) { c.Verifier, c.Former.Verifier = "newer", "new" }), "end former c never_shown, dismiss r",
		},
		"replaced, and ended": {in(func(c *credential.Credential) { c.Verifier = "newer" }), "dismiss r"},
		"revoked":             {in(func(c *credential.Credential) { c.State = credential.Revoked }), "dismiss r"},
		"gone":                {in(func(c *credential.Credential) { c.ID = "another" }), "dismiss r"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &ports{reveals: map[link.ID]link.Reveal{"r": {
				ID: "r", Secret: "s", Owner: credential.Owner{Team: "T", Person: "U"}, Credential: "c", Verifier: "new", State: link.Claimed,
				ClaimedAt: now.Add(-65 * time.Second),
			}}, ids: []link.ID{"r"}}
			p.ending = []credential.Credential{c.is}
			s := sweep.New(p, p, p, "T")
			if _, err := s.Sweep(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(p.done, ", "); !strings.HasPrefix(got, "delete s, "+c.want+", rest") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestOneThatFailsDoesNotKeepTheOthers(t *testing.T) {
	over := link.Reveal{State: link.Ready, Expires: now.Add(-time.Hour)}
	p := &ports{reveals: map[link.ID]link.Reveal{}, broken: map[string]error{"delete a": problem.ErrUnavailable, "expire b link_unread": sweep.ErrChanged}}
	for _, id := range []link.ID{"a", "b", "c"} {
		r := over
		r.ID, r.Secret = id, string(id)
		p.reveals[id], p.ids = r, append(p.ids, id)
	}
	done, err := sweep.New(p, p, p, "T").Sweep(t.Context(), now)
	if !errors.Is(err, problem.ErrUnavailable) || errors.Is(err, sweep.ErrChanged) || done != (sweep.Swept{Expired: 1, Failed: 1}) {
		t.Errorf("got %+v, %v", done, err)
	}
	if want := []string{"later a by 5m0s", "delete b", "dismiss b", "delete c", "expire c link_unread"}; !slices.Equal(p.done, want) {
		t.Errorf("got %q, want %q", p.done, want)
	}
}
