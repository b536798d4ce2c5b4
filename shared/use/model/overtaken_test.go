package model_test

import (
	"context"
	"errors"
	"testing"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/sweep"
	"github.com/apppass/apppass/shared/use/verify"
)

// meanwhile is a store in which something happens between what a sweep has read and what it writes.
type meanwhile struct {
	*dynamo.Store
	happens func()
}

func (m meanwhile) RevokeUnseen(ctx context.Context, r link.Reveal, c credential.Credential, e audit.Event) error {
	m.happens()
	return m.Store.RevokeUnseen(ctx, r, c, e)
}

func (m meanwhile) ExpireCredential(ctx context.Context, c credential.Credential, e audit.Event) error {
	m.happens()
	return m.Store.ExpireCredential(ctx, c, e)
}

// sweepsWhile lets a sweep pass in which something comes between.
func (s *story) sweepsWhile(now int64, happens func()) {
	s.t.Helper()
	p := s.at(now)
	_, err := sweep.New(meanwhile{p.store, happens}, p, p, "TLOCAL").Sweep(s.t.Context(), at(now))
	s.must(err)
}

func (s *story) endsFormer(now int64) {
	s.t.Helper()
	_, err := s.at(now).rotator().End(s.t.Context(), rotate.Former{Owner: s.owner, Credential: s.id, Made: s.is().Former.Made, Job: "trigger:e"})
	s.must(err)
}

func (s *story) refused(now int64, m made, want error) {
	s.t.Helper()
	if err := s.verdict(now, m); !errors.Is(err, want) {
		s.t.Errorf("got %v, want %v", err, want)
	}
}

func TestWhatItsOwnerHasEndedIsNotRestoredByASweepThatHasLookedBefore(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	old := s.issues(begin, 0)
	s.must(s.claims(begin, old))
	renewed := s.rotates(begin+60, "1")
	s.dies(begin+100, renewed)
	now := begin + 100 + refetch + late
	s.sweepsWhile(now, func() { s.endsFormer(now) })
	s.refused(now, old, verify.Superseded)
	s.sweeps(now + 60) // with what is so now
	s.refused(now+60, old, verify.Superseded)
	s.refused(now+60, renewed, verify.Revoked)
}

func TestASweepThatHasLookedBeforeARotationExpiresNothingThatIsNew(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	old := s.issues(begin, 0)
	s.must(s.claims(begin, old))
	s.announces(begin+1, begin+500)
	renewed := s.rotates(begin+60, "1")
	s.sweepsWhile(begin+500+skew, func() { s.must(s.claims(begin+499, renewed)) }) // by a clock that is behind
	s.refused(begin+510, renewed, nil)
}

func TestWhatIsOfferedEndsWithItsCredential(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	old := s.issues(begin, 1)
	s.must(s.claims(begin, old))
	end := s.is().Expires.Unix()
	offered := s.rotates(end-60, "1")
	s.refused(end-1, offered, verify.Pending)
	s.sweeps(end + skew)
	s.refused(end+skew, offered, verify.Expired)
	if got, want := s.entryGoes(offered), end+skew+tombstone; got != want {
		t.Errorf("its entry goes at %d, want %d", got, want)
	}
	if err := s.claims(end+skew, offered); err == nil {
		t.Error("its link still leads to something")
	}
}
