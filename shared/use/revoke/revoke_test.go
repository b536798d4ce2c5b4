package revoke_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/revoke"
)

// story is a store that plays what happens between a read and a write: each read sees the next state.
type story struct {
	credentials []credential.Credential
	reveals     []link.Reveal
	writes      []error
	voided      []bool
	events      []audit.Event
	jobs        []job.Job
	former      []string // why what a rotation has replaced was ended
	withdrawn   []string // which link, and why
}

func (s *story) Credential(context.Context, credential.Owner, string) (credential.Credential, error) {
	c := s.credentials[0]
	if len(s.credentials) > 1 {
		s.credentials = s.credentials[1:]
	}
	return c, nil
}

func (s *story) Reveal(context.Context, link.ID) (link.Reveal, error) {
	if len(s.reveals) == 0 {
		return link.Reveal{}, link.ErrUnknown
	}
	r := s.reveals[0]
	if len(s.reveals) > 1 {
		s.reveals = s.reveals[1:]
	}
	return r, nil
}

func (s *story) Revoke(_ context.Context, _ credential.Credential, unread *link.Reveal, e audit.Event) error {
	s.voided, s.events = append(s.voided, unread != nil), append(s.events, e)
	if len(s.writes) == 0 {
		return nil
	}
	err := s.writes[0]
	s.writes = s.writes[1:]
	return err
}

func (s *story) EndFormer(_ context.Context, _ credential.Credential, e audit.Event) error {
	s.former = append(s.former, e.Reason)
	return nil
}

func (s *story) Withdraw(_ context.Context, r link.Reveal, e audit.Event) error {
	s.withdrawn = append(s.withdrawn, string(r.ID)+" "+e.Reason)
	return nil
}

func (s *story) Send(_ context.Context, j job.Job, _ time.Duration) error {
	s.jobs = append(s.jobs, j)
	return nil
}

func in(s credential.State) credential.Credential {
	return credential.Credential{ID: "c1", State: s, Reveal: "r"}
}

func TestRevoke(t *testing.T) {
	pending, active, revoked := in(credential.Pending), in(credential.Active), in(credential.Revoked)
	ready, claimed := link.Reveal{State: link.Ready}, link.Reveal{State: link.Claimed}
	for name, c := range map[string]struct {
		story  story
		voided []bool // of each write: whether it voids a link
		jobs   int
		want   error
	}{
		"an active one":             {story{credentials: []credential.Credential{active}}, []bool{false}, 0, nil},
		"one with an unread link":   {story{credentials: []credential.Credential{pending}, reveals: []link.Reveal{ready}}, []bool{true}, 1, nil},
		"one whose link is gone":    {story{credentials: []credential.Credential{pending}}, []bool{false}, 0, nil},
		"one that is revoked":       {story{credentials: []credential.Credential{revoked}}, nil, 0, nil},
		"revoked meanwhile":         {story{credentials: []credential.Credential{active, revoked}, writes: []error{revoke.ErrChanged}}, []bool{false}, 0, nil},
		"claimed after it was read": {story{credentials: []credential.Credential{pending, active}, reveals: []link.Reveal{claimed}}, []bool{false}, 0, nil},
		"claimed before it is written": {
			story{credentials: []credential.Credential{pending, active}, reveals: []link.Reveal{ready}, writes: []error{revoke.ErrChanged}},
			[]bool{true, false}, 0, nil,
		},
		"always overtaken": {
			story{credentials: []credential.Credential{active}, writes: []error{revoke.ErrChanged, revoke.ErrChanged, revoke.ErrChanged, revoke.ErrChanged}},
			[]bool{false, false, false, false}, 0, revoke.ErrChanged,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.story
			_, err := revoke.New(&s, &s, time.Now).Revoke(t.Context(), revoke.Request{Credential: "c1", Job: "trigger:1"})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if len(s.voided) != len(c.voided) {
				t.Fatalf("got %d writes, want %d", len(s.voided), len(c.voided))
			}
			for i := range c.voided {
				if s.voided[i] != c.voided[i] {
					t.Errorf("write %d: voids a link: %v, want %v", i+1, s.voided[i], c.voided[i])
				}
			}
			if len(s.jobs) != c.jobs {
				t.Errorf("got %d jobs to delete a secret, want %d", len(s.jobs), c.jobs)
			}
		})
	}
}

func TestTheAuditSaysWhoRevokedAndWhy(t *testing.T) {
	owner := credential.Owner{Team: "TLOCAL", Person: "UALICE"}
	for name, c := range map[string]struct {
		request       revoke.Request
		actor, reason string
	}{
		"its owner": {revoke.Request{Owner: owner}, "UALICE", ""},
		"apppass":   {revoke.Request{Owner: owner, Actor: "apppass", Reason: "leaked"}, "apppass", "leaked"},
	} {
		t.Run(name, func(t *testing.T) {
			s := story{credentials: []credential.Credential{in(credential.Active)}}
			if _, err := revoke.New(&s, &s, time.Now).Revoke(t.Context(), c.request); err != nil {
				t.Fatal(err)
			}
			if e := s.events[0]; e.Action != audit.Revoked || e.Actor != c.actor || e.Reason != c.reason {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestWhatWasMadeAnewIsAnother(t *testing.T) {
	c := in(credential.Active)
	c.Made = time.Date(2026, 11, 25, 9, 0, 0, 500, time.UTC)
	c.Renewed = c.Made
	for made, want := range map[time.Time]error{
		{}:                           nil,
		c.Made:                       nil,
		c.Made.Truncate(time.Second): nil,
		c.Made.Add(-time.Second):     credential.ErrNotFound,
		c.Made.Add(time.Second):      credential.ErrNotFound,
	} {
		s := story{credentials: []credential.Credential{c}}
		if _, err := revoke.New(&s, &s, time.Now).Revoke(t.Context(), revoke.Request{Credential: "c1", Made: made}); !errors.Is(err, want) || (err == nil) != (len(s.voided) == 1) {
			t.Errorf("made %v: got %v and %d writes, want %v", made, err, len(s.voided), want)
		}
	}
}
