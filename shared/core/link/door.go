package link

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
)

// Door is who may claim a link, of those who hold it.
type Door string

// The states of a door.
const (
	DoorNone   Door = "none"   // anyone: the company has turned the door off
	DoorClosed Door = "closed" // nobody: its owner has not pressed the button in Slack
	DoorOpen   Door = "open"   // the first session that knocks, while the door's time lasts
	DoorMatch  Door = "match"  // the one session for which the owner taps the right number in Slack
)

const (
	// DoorLife is how long a press of the button opens the door.
	DoorLife = 2 * time.Minute
	// MatchLife is how long a number may be tapped.
	MatchLife = 2 * time.Minute
)

// FirstDoor is how a link's door is when it is made: of the sensitive tier it always asks for the number; of the general tier it waits for
// the button, or, where the company has turned that off, is none.
func FirstDoor(t credential.Tier, button bool) Door {
	switch {
	case t != credential.General:
		return DoorMatch
	case button:
		return DoorClosed
	default:
		return DoorNone
	}
}

// Match is a number that one session shows and the owner has to tap.
type Match struct {
	Nonce   Nonce
	Digits  string // two decimal digits
	Until   time.Time
	Allowed bool // the owner has tapped it
}

// NewMatch draws a number for a session.
func NewMatch(nonce Nonce, now time.Time) Match {
	return Match{Nonce: nonce, Digits: digits(), Until: now.Add(MatchLife)}
}

// Pending reports whether the owner may still tap it.
func (m Match) Pending(now time.Time) bool {
	return m.Digits != "" && !m.Allowed && now.Before(m.Until)
}

// Tag names the match in Slack's buttons, so that a press of an old one is not taken for the present one. It does not tell the nonce.
func (m Match) Tag() string {
	sum := sha256.Sum256(append([]byte(m.Digits), m.Nonce[:]...))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// Choices is the number among two others, in random order.
func (m Match) Choices() []string {
	choices := []string{m.Digits}
	for len(choices) < 3 {
		other := digits()
		if other != choices[0] && other != choices[len(choices)-1] {
			choices = append(choices, other)
		}
	}
	at := below(3)
	choices[0], choices[at] = choices[at], choices[0]
	return choices
}

// digits draws 10 to 99: with two digits, so that nobody wonders about a leading zero.
func digits() string { return fmt.Sprint(10 + below(90)) }

func below(n int64) int64 {
	i, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		panic(err) // crypto/rand.Reader never fails
	}
	return i.Int64()
}

// Admits reports whether the session may claim now, as far as the door goes.
func (r Reveal) Admits(nonce Nonce, now time.Time) bool {
	switch r.Door {
	case DoorNone:
		return true
	case DoorOpen:
		return now.Before(r.DoorUntil) && (r.Asker == nonce || r.Asker == Nonce{})
	case DoorMatch:
		return r.Match.Allowed && r.Match.Nonce == nonce
	}
	return false
}
