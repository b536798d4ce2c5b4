package issue_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/sweep"
)

// issues makes Alice's app password, reveals it, and returns the credential.
func (h *house) issues(t *testing.T) credential.Credential {
	t.Helper()
	if err := h.Issue(t.Context(), h.job(t, "view:V1:h", "UALICE", "thunderbird", "")); err != nil {
		t.Fatal(err)
	}
	h.claim(t, nil)
	return h.credentials(t)[0]
}

// rotates offers another password for the credential, by a job of that id.
func (h *house) rotates(t *testing.T, id, which string) error {
	t.Helper()
	j, err := job.New(id, job.Rotate, job.RotateArgs{Credential: which})
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team = "UALICE", "TLOCAL"
	return h.Issue(t.Context(), j)
}

// states is the state of each entry, by its key; absent ones are left out.
func (h *house) state(t *testing.T, v credential.Verifier) credential.Entry {
	t.Helper()
	e, err := dynamo.NewVerifiers(dynamodb.NewFromConfig(h.Config), dynamo.Tables{Verifiers: h.Table("verifiers")}).Entry(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (h *house) sweeps(t *testing.T) {
	t.Helper()
	background := queue.New(sqs.NewFromConfig(h.Config), h.Queue("background"))
	if _, err := sweep.New(h.store, vault.NewSealed(secretsmanager.NewFromConfig(h.Config)), background, "TLOCAL").Sweep(t.Context(), h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestARotationChangesNothingBeforeItIsRevealed(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	if err := h.rotates(t, "trigger:1", c.ID); err != nil {
		t.Fatal(err)
	}
	offered := h.credentials(t)[0]
	if offered.State != credential.Active || offered.Verifier != c.Verifier || offered.Next == "" || len(h.offers) != 2 || !h.offers[1].Rotation {
		t.Fatalf("got %+v and %d links", offered, len(h.offers))
	}
	if s := h.state(t, c.Verifier).State; s != credential.EntryActive {
		t.Errorf("the one that works is %s", s)
	}
	// Nobody opens it.
	h.Clock.Advance(16 * time.Minute)
	h.sweeps(t)
	kept := h.credentials(t)[0]
	if kept.State != credential.Active || kept.Verifier != c.Verifier || kept.Next != "" || h.state(t, offered.Next).State != credential.EntryExpired {
		t.Errorf("got %+v", kept)
	}
	h.claim(t, link.ErrExpired)
}

func TestARotationHasGrace(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	h.Clock.Advance(time.Hour)
	if err := h.rotates(t, "trigger:1", c.ID); err != nil {
		t.Fatal(err)
	}
	h.claim(t, nil)
	now := h.credentials(t)[0]
	if now.Verifier == c.Verifier || now.Former.Verifier != c.Verifier || now.Next != "" || !now.Rotating(h.Clock.Now()) || now.Former.Made.Unix() != c.Made.Unix() ||
		!now.Renewed.After(c.Made) || now.Made.Unix() != c.Made.Unix() {
		t.Fatalf("got %+v", now)
	}
	old, renewed := h.state(t, c.Verifier), h.state(t, now.Verifier)
	if old.State != credential.EntrySuperseded || renewed.State != credential.EntryActive || old.Ends.Sub(h.Clock.Now()) > 24*time.Hour || old.Ends.Sub(h.Clock.Now()) < 24*time.Hour-time.Minute {
		t.Errorf("the old one is %s until %v, the new one %s", old.State, old.Ends, renewed.State)
	}
	h.Clock.Advance(25 * time.Hour)
	h.sweeps(t)
	ended := h.credentials(t)[0]
	if ended.Former.Verifier != "" || ended.State != credential.Active || h.state(t, c.Verifier).State != credential.EntrySuperseded {
		t.Errorf("got %+v", ended)
	}
	// Revoking ends what there is now, and what there was says what it was.
	h.revokes(t, c.ID)
	if s := h.state(t, now.Verifier).State; s != credential.EntryRevoked {
		t.Errorf("after revoking, the new one is %s", s)
	}
}

func (h *house) revokes(t *testing.T, id string) {
	t.Helper()
	if _, err := h.revoker.Revoke(t.Context(), revoke.Request{Owner: alice, Credential: id, Job: "trigger:revoke"}); err != nil {
		t.Fatal(err)
	}
}

func TestRotatingTwiceReplacesWhatNobodyHasSeen(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	for n, id := range []string{"trigger:1", "trigger:2", "trigger:2"} { // the last comes twice
		if err := h.rotates(t, id, c.ID); err != nil {
			t.Fatal(n, err)
		}
	}
	if len(h.offers) != 3 {
		t.Fatalf("%d links were shown, want the first, and one of each rotation", len(h.offers))
	}
	first := h.offers[1].Link
	if _, err := h.revealer.Claim(t.Context(), reveal.Claim{ID: first.ID(), Proof: first.Proof(), Nonce: link.Nonce{2}}); !errors.Is(err, link.ErrVoid) {
		t.Errorf("the replaced link: got %v, want %v", err, link.ErrVoid)
	}
	h.claim(t, nil)
	if now := h.credentials(t)[0]; now.Former.Verifier != c.Verifier {
		t.Errorf("got %+v", now)
	}
}

func TestAtMostTwoWork(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	var all []credential.Verifier
	for _, id := range []string{"trigger:1", "trigger:2"} {
		all = append(all, h.credentials(t)[0].Verifier)
		h.Clock.Advance(time.Minute)
		if err := h.rotates(t, id, c.ID); err != nil {
			t.Fatal(err)
		}
		h.claim(t, nil)
	}
	now := h.Clock.Now()
	if first, second := h.state(t, all[0]), h.state(t, all[1]); now.Before(first.Ends) || second.State != credential.EntrySuperseded || !now.Before(second.Ends) {
		t.Errorf("the first works until %v, the second is %s until %v; now is %v", first.Ends, second.State, second.Ends, now)
	}
	h.revokes(t, c.ID)
	if s := h.state(t, all[1]).State; s != credential.EntryRevoked {
		t.Errorf("after revoking, the former is %s", s)
	}
}

func TestARotationThatNobodyGotIsTakenBack(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	if err := h.rotates(t, "trigger:1", c.ID); err != nil {
		t.Fatal(err)
	}
	// Claimed, and killed before it was fetched.
	l := h.offers[1].Link
	r, err := h.store.Reveal(t.Context(), l.ID())
	if err != nil {
		t.Fatal(err)
	}
	h.claims(t, r)
	offered := h.credentials(t)[0]
	h.Clock.Advance(2 * time.Minute)
	h.sweeps(t)
	back := h.credentials(t)[0]
	if back.Verifier != c.Verifier || back.Former.Verifier != "" || back.State != credential.Active || back.Renewed.Unix() != c.Renewed.Unix() {
		t.Errorf("got %+v", back)
	}
	if was, is := h.state(t, offered.Verifier), h.state(t, c.Verifier); was.State != credential.EntryRevoked || is.State != credential.EntryActive || !is.Ends.IsZero() {
		t.Errorf("the new one is %s, the old one %s until %v", was.State, is.State, is.Ends)
	}
}

func TestTheFormerEndsEarlyOrIsPutOffOnce(t *testing.T) {
	h := newHouse(t)
	c := h.issues(t)
	if err := h.rotates(t, "trigger:1", c.ID); err != nil {
		t.Fatal(err)
	}
	h.claim(t, nil)
	r := rotate.New(h.store, h.Clock.Now)
	f := rotate.Former{Owner: alice, Credential: c.ID, Made: c.Made, Job: "trigger:2"}
	before := h.credentials(t)[0].Former.Ends
	later, err := r.Extend(t.Context(), f)
	if err != nil || later.Former.Ends.Sub(before) != rotate.Extension || !h.state(t, c.Verifier).Ends.Equal(later.Former.Ends) {
		t.Errorf("put off: got %v, until %v", err, later.Former.Ends)
	}
	if _, err := r.Extend(t.Context(), f); !errors.Is(err, rotate.ErrExtended) {
		t.Errorf("put off again: got %v, want %v", err, rotate.ErrExtended)
	}
	if _, err := r.End(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if now := h.credentials(t)[0]; now.Former.Verifier != "" || h.Clock.Now().Before(h.state(t, c.Verifier).Ends) {
		t.Errorf("ended: got %+v", now)
	}
	for name, do := range map[string]func() error{
		"ended again":       func() error { _, err := r.End(t.Context(), f); return err },
		"put off, and over": func() error { _, err := r.Extend(t.Context(), f); return err },
	} {
		if err := do(); !errors.Is(err, rotate.ErrOver) {
			t.Errorf("%s: got %v, want %v", name, err, rotate.ErrOver)
		}
	}
}
