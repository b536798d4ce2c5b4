package office365

import (
	"slices"
	"testing"
)

func TestALegacyProgramIsInItsMailbox(t *testing.T) {
	t.Parallel()
	b := start(t)
	alices, bobs := b.Alice.Makes("Thunderbird", ""), b.Bob.Makes("Thunderbird", "")

	c, got := programs[0].signsIn(t, b, "Alice@Example.com", alices)
	if got != in {
		t.Fatalf("got %q, want %q", got, in)
	}
	if answer := c.says("b SELECT INBOX"); answer != "b OK [READ-WRITE] SELECT completed." {
		t.Errorf("SELECT INBOX: %q", answer)
	}
	b.tells("bob@example.com", bobs, in)
	opened, refused, _ := b.office.seen()
	want := []string{"imap alice@example.com", "imap shared@example.com", "smtp shared@example.com"}
	if !slices.Equal(opened, want) || refused > 0 {
		t.Errorf("opened were %q, refused %d, want %q", opened, refused, want)
	}
}
