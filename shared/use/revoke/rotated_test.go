package revoke_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/use/revoke"
)

var made = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// rotated is a credential that works by what was made an hour after it, beside what that has replaced.
func rotated() credential.Credential {
	c := in(credential.Active)
	c.Verifier, c.Renewed = "new", made.Add(time.Hour)
	c.Former = credential.Former{Verifier: "old", Made: made, Ends: made.Add(25 * time.Hour)}
	return c
}

func TestOnlyThePasswordThatIsMeantEnds(t *testing.T) {
	offered := in(credential.Active)
	offered.Renewed, offered.Verifier, offered.Next = made, "old", "new"
	ready := link.Reveal{ID: "r", State: link.Ready, Verifier: "new", Made: made.Add(time.Hour), Rotation: link.Rotation{From: "old"}}
	for name, c := range map[string]struct {
		story             story
		made              time.Time
		revoked           int
		former, withdrawn []string
		want              error
	}{
		"the one that works":         {story{credentials: []credential.Credential{rotated()}}, made.Add(time.Hour), 1, nil, nil, nil},
		"the one before":             {story{credentials: []credential.Credential{rotated()}}, made, 0, []string{"leaked"}, nil, nil},
		"one of another time":        {story{credentials: []credential.Credential{rotated()}}, made.Add(time.Minute), 0, nil, nil, credential.ErrNotFound},
		"one that nobody has seen":   {story{credentials: []credential.Credential{offered}, reveals: []link.Reveal{ready}}, made.Add(time.Hour), 0, nil, []string{"r leaked"}, nil},
		"the one beside an unseen":   {story{credentials: []credential.Credential{offered}, reveals: []link.Reveal{ready}}, made, 1, nil, nil, nil},
		"neither, beside an unseen":  {story{credentials: []credential.Credential{offered}, reveals: []link.Reveal{ready}}, made.Add(time.Minute), 0, nil, nil, credential.ErrNotFound},
		"all of it, whenever it was": {story{credentials: []credential.Credential{rotated()}}, time.Time{}, 1, nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.story
			_, err := revoke.New(&s, &s, func() time.Time { return made.Add(2 * time.Hour) }).Revoke(t.Context(),
				revoke.Request{Credential: "c1", Job: "leak:1", Reason: "leaked", Actor: "apppass", Made: c.made})
			if !errors.Is(err, c.want) || len(s.events) != c.revoked || !slices.Equal(s.former, c.former) || !slices.Equal(s.withdrawn, c.withdrawn) {
				t.Errorf("got %v, %d revoked, former %q, withdrawn %q", err, len(s.events), s.former, s.withdrawn)
			}
		})
	}
}

func TestAWithdrawnRotationLeavesWhatWorks(t *testing.T) {
	offered := in(credential.Active)
	offered.Verifier, offered.Next = "old", "new"
	rotation := link.Reveal{ID: "r", State: link.Ready, Verifier: "new", Credential: "c1", Rotation: link.Rotation{From: "old"}}
	first := link.Reveal{ID: "r", State: link.Ready, Verifier: "v", Credential: "c1"}
	pending := in(credential.Pending)
	pending.Verifier = "v"
	for name, c := range map[string]struct {
		reveal    link.Reveal
		story     story
		revoked   int
		withdrawn []string
	}{
		"nobody has used it":   {rotation, story{credentials: []credential.Credential{offered}}, 0, []string{"r rotation_withdrawn"}},
		"somebody has used it": {rotation, story{credentials: []credential.Credential{rotated()}}, 1, nil},
		"it was withdrawn":     {rotation, story{credentials: []credential.Credential{in(credential.Active)}}, 0, nil},
		"it was a first issue": {first, story{credentials: []credential.Credential{pending}, reveals: []link.Reveal{first}}, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.story
			if _, err := revoke.New(&s, &s, time.Now).Withdraw(t.Context(), c.reveal, "trigger:1"); err != nil {
				t.Fatal(err)
			}
			if len(s.events) != c.revoked || !slices.Equal(s.withdrawn, c.withdrawn) {
				t.Errorf("got %d revoked, withdrawn %q", len(s.events), s.withdrawn)
			}
		})
	}
}
