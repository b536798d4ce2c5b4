package model_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/verify"
)

// begin is when the stories begin. It is not far from now, for what DynamoDB takes away goes by its own clock.
var begin = time.Now().Unix()

// story is a person's app password, step by step.
type story struct {
	*house
	t     *testing.T
	owner credential.Owner
	id    string
}

func newStory(t *testing.T) *story {
	return &story{newHouse(t), t, owner("UALICE"), credential.ID("view:V1:h")}
}

func (s *story) at(now int64) *process { return s.process(s.t.Context(), now) }

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// job makes a password by a job, and opens its link without using it.
func (s *story) job(now int64, id string, kind job.Kind, args any) made {
	s.t.Helper()
	j, err := job.New(id, kind, args)
	s.must(err)
	j.Person, j.Team, j.At = s.owner.Person, s.owner.Team, now
	p := s.at(now)
	s.must(p.issuer().Issue(s.t.Context(), j))
	if p.shown == nil {
		s.t.Fatal("no link was shown")
	}
	m, err := p.take(*p.shown)
	s.must(err)
	return m
}

func (s *story) issues(now int64, days int) made {
	s.t.Helper()
	return s.job(now, "view:V1:h", job.Issue, job.IssueArgs{Application: "box", Days: days})
}

func (s *story) rotates(now int64, id string) made {
	s.t.Helper()
	return s.job(now, "trigger:"+id, job.Rotate, job.RotateArgs{Credential: s.id})
}

func (s *story) claims(now int64, m made) error {
	_, err := s.at(now).revealer().Claim(s.t.Context(), reveal.Claim{ID: m.link.ID(), Proof: m.link.Proof(), Nonce: link.Nonce{1}})
	return err
}

// dies claims, and dies before it has read what is sealed.
func (s *story) dies(now int64, m made) {
	s.t.Helper()
	p := s.at(now)
	p.dies = true
	if _, err := p.revealer().Claim(s.t.Context(), reveal.Claim{ID: m.link.ID(), Proof: m.link.Proof(), Nonce: link.Nonce{1}}); !errors.Is(err, errDies) {
		s.t.Fatalf("got %v", err)
	}
}

func (s *story) sweeps(now int64) {
	s.t.Helper()
	_, err := s.at(now).sweeper().Sweep(s.t.Context(), at(now))
	s.must(err)
}

func (s *story) is() credential.Credential {
	s.t.Helper()
	c, err := s.store.Credential(s.t.Context(), s.owner, s.id)
	s.must(err)
	return c
}

// announces says until when the present password works.
func (s *story) announces(now, due int64) {
	s.t.Helper()
	c := s.is()
	s.must(s.nudges.Mark(s.t.Context(), c, nudge.Item{Credential: c, Why: nudge.Age, At: at(due), Stops: true}.Told(at(now)), at(due)))
}

// verdict is what a verification says by a clock; nil: yes.
func (s *story) verdict(now int64, m made) error {
	p := s.at(now)
	_, err := p.verifier(p.verifiers).Verify(s.t.Context(), mail, verify.Request{Login: m.login, Password: m.typed, Protocol: "imap", Client: netip.MustParseAddr("203.0.113.7")})
	return err
}

// endsAt expects a password to work until a second before, and not from then on.
func (s *story) endsAt(end int64, m made, want error) {
	s.t.Helper()
	for _, c := range []struct {
		now  int64
		want error
	}{{end - 1, nil}, {end, want}, {end + 1, want}} {
		if err := s.verdict(c.now, m); !errors.Is(err, c.want) {
			s.t.Errorf("%+d s from its end: got %v, want %v", c.now-end, err, c.want)
		}
	}
}

func TestExpiryIsToTheSecond(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	m := s.issues(begin, 1)
	s.must(s.claims(begin, m))
	end := s.is().Expires.Unix()
	s.endsAt(end, m, verify.Expired)
	s.sweeps(end + skew - 1)
	if is := s.is().State; is != credential.Active {
		t.Errorf("a second too early for a clock that is behind it is %s", is)
	}
	s.endsAt(end, m, verify.Expired)
	s.sweeps(end + skew)
	if is := s.is().State; is != credential.Expired {
		t.Errorf("swept, it is %s", is)
	}
	// A clock that is five seconds behind the sweep's says the same as before.
	if err := s.verdict(end, m); !errors.Is(err, verify.Expired) {
		t.Errorf("swept, at its end: got %v", err)
	}
}

func TestAnEndByAgeIsToTheSecond(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	m := s.issues(begin, 0)
	s.must(s.claims(begin, m))
	due := begin + 3600
	s.announces(begin, due)
	s.endsAt(due, m, verify.Expired)
	s.sweeps(due + skew - 1)
	if is := s.is().State; is != credential.Active {
		t.Errorf("a second too early for a clock that is behind it is %s", is)
	}
	s.sweeps(due + skew)
	if is := s.is(); is.State != credential.Expired || is.Ended.Unix() != due+skew {
		t.Errorf("swept, it is %s, ended %v", is.State, is.Ended)
	}
}

func TestAGraceEndsToTheSecond(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	old := s.issues(begin, 0)
	s.must(s.claims(begin, old))
	s.must(s.claims(begin+60, s.rotates(begin+60, "1")))
	end := begin + 60 + grace
	s.endsAt(end, old, verify.Superseded)
	s.sweeps(end + skew - 1)
	if s.is().Former.Verifier == "" {
		t.Error("it was ended while a clock that is behind lets it in")
	}
	s.endsAt(end, old, verify.Superseded)
	s.sweeps(end + skew)
	if s.is().Former.Verifier != "" {
		t.Error("it was not ended")
	}
	s.endsAt(end, old, verify.Superseded)
}

func TestAnEarlyEndHoldsByEveryClock(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	old := s.issues(begin, 0)
	s.must(s.claims(begin, old))
	renewed := s.rotates(begin+60, "1")
	s.must(s.claims(begin+60, renewed))
	f := rotate.Former{Owner: s.owner, Credential: s.id, Made: s.is().Former.Made, Job: "trigger:2"}
	_, err := s.at(begin+120).rotator().End(t.Context(), f)
	s.must(err)
	for _, behind := range []int64{0, skew} {
		if err := s.verdict(begin+120-behind, old); !errors.Is(err, verify.Superseded) {
			t.Errorf("by a clock %d s behind: got %v", behind, err)
		}
	}
	// A rotation more, and what came before the last one ends.
	third := s.rotates(begin+200, "3")
	s.must(s.claims(begin+200, third))
	s.must(s.claims(begin+300, s.rotates(begin+300, "4")))
	if err := s.verdict(begin+300-skew, renewed); !errors.Is(err, verify.Superseded) {
		t.Errorf("what came before: got %v", err)
	}
	if err := s.verdict(begin+300, third); err != nil {
		t.Errorf("what was replaced last: got %v", err)
	}
}

func TestALinkEndsToTheSecond(t *testing.T) {
	t.Parallel()
	for after, want := range map[int64]error{-1: nil, 0: link.ErrExpired, 1: link.ErrExpired} {
		s := newStory(t)
		m := s.issues(begin, 0)
		if err := s.claims(begin+linkLife+after, m); !errors.Is(err, want) {
			t.Errorf("%+d s from its end: got %v, want %v", after, err, want)
		}
		if err := s.verdict(begin+linkLife+after, m); (err == nil) != (want == nil) {
			t.Errorf("%+d s from the link's end its password: %v", after, err)
		}
	}
}

// What nobody has seen changes nothing: neither when it ends that it was to replace.
func TestWhatNobodyGotLeavesTheEndThatWasSaid(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	m := s.issues(begin, 0)
	s.must(s.claims(begin, m))
	due := begin + 3600
	s.announces(begin, due)
	s.dies(begin+60, s.rotates(begin+60, "1"))
	s.sweeps(begin + 60 + refetch + late)
	if is := s.is(); is.Due.Unix() != due || is.Former.Verifier != "" {
		t.Errorf("it is due %v, with the former %+v", is.Due, is.Former)
	}
	s.endsAt(due, m, verify.Expired)
	s.sweeps(due + skew)
	if is := s.is().State; is != credential.Expired {
		t.Errorf("after that end it is %s", is)
	}
}

// An end that comes before the grace's is not waited for until the grace is over.
func TestTheSweepWakesForTheFirstEnd(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.must(s.claims(begin, s.issues(begin, 1)))
	s.must(s.claims(begin+3600, s.rotates(begin+3600, "1")))
	end := s.is().Expires.Unix()
	s.sweeps(end + skew)
	if is := s.is().State; is != credential.Expired || end >= begin+3600+grace {
		t.Errorf("at its end it is %s", is)
	}
}
