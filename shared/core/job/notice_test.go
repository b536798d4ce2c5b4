package job_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
)

func TestWhatIsToldIsToldOnceForWhatItIsAbout(t *testing.T) {
	one := job.TriedArgs{Credential: "c1", Made: 7, Reason: "revoked", Protocol: "imap", Network: "192.0.2.0/24", Address: "192.0.2.7"}
	again := one
	again.Reason, again.Protocol, again.Address = "superseded", "smtp", "192.0.2.8"
	later, elsewhere := one, one
	later.Made, elsewhere.Network = 8, "198.51.100.0/24"
	if got, want := one.ID(), "tried:c1:7:192.0.2.0/24"; got != want || again.ID() != want || later.ID() == want || elsewhere.ID() == want {
		t.Errorf("got %s, %s, %s and %s", got, again.ID(), later.ID(), elsewhere.ID())
	}
	day := time.Date(2026, 11, 25, 23, 59, 59, 0, time.UTC)
	g := job.GuessedArgs{Login: "alice@example.com", Network: "192.0.2.0/24"}
	h := job.GuessedArgs{Login: "bob@example.com", Network: "192.0.2.0/24"}
	if g.ID(day) != g.ID(day.Add(-23*time.Hour)) || g.ID(day) == g.ID(day.Add(time.Second)) || g.ID(day) == h.ID(day) {
		t.Errorf("got %s, then %s, and %s of another", g.ID(day), g.ID(day.Add(time.Second)), h.ID(day))
	}
	if strings.Contains(g.ID(day), "alice") {
		t.Errorf("the id %s, which is logged, names the login", g.ID(day))
	}
}

func TestAReasonIsForPeopleToRead(t *testing.T) {
	pw := password.New(password.General)
	shown := pw.Format().Show("app", pw.Reveal())
	for typed, c := range map[string]struct {
		want string
		err  error
	}{
		"  lost laptop ":                         {"lost laptop", nil},
		"<@UBOB> says: *now* 👩‍👩‍👧":              {"<@UBOB> says: *now* 👩‍👩‍👧", nil},
		strings.Repeat("ß", job.LongestReason):   {strings.Repeat("ß", job.LongestReason), nil},
		strings.Repeat("ß", job.LongestReason+1): {"", job.ErrReason},
		"":                    {"", job.ErrReason},
		"   ":                 {"", job.ErrReason},
		"two\nlines":          {"", job.ErrReason},
		"turned \u202e round": {"", job.ErrReason},
		"\xff":                {"", job.ErrReason},
		"found " + shown:      {"", job.ErrReasonPassword},
		"found " + strings.ReplaceAll(shown, "-", ""): {"", job.ErrReasonPassword},
	} {
		if got, err := job.Reason(typed, "app"); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%d characters: got %q, %v, want %q, %v", len(typed), got, err, c.want, c.err)
		}
	}
}
