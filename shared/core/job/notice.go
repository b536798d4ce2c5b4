package job

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// The kinds of what owners are told of their app passwords, and of what they answer.
const (
	// Tried tells the owner that something still sends a password of theirs that is over; its arguments are [TriedArgs].
	Tried Kind = "tried"
	// Guessed tells whose login it is that many unknown passwords have come with it; its arguments are [GuessedArgs]. It names no person.
	Guessed Kind = "guessed"
	// Remember is the owner's word that a network is theirs, and Disown that it is not, so that the password ends; their arguments are
	// [NetworkArgs].
	Remember Kind = "remember"
	Disown   Kind = "disown"
	// RevokeMany ends several; its arguments are [RevokeManyArgs].
	RevokeMany Kind = "revoke_many"
)

// TriedArgs is what a [Tried] needs.
type TriedArgs struct {
	Credential string `json:"credential"`
	Made       int64  `json:"made"`   // when the password was made, epoch seconds: its generation
	Reason     string `json:"reason"` // why it was refused: "revoked", "superseded", "expired"
	Service    string `json:"service"`
	Protocol   string `json:"protocol"`
	Network    string `json:"network"` // empty: unknown
	Address    string `json:"address"` // empty: unknown
}

// ID names the act of telling it: once for a password and a network.
func (a TriedArgs) ID() string { return fmt.Sprintf("tried:%s:%d:%s", a.Credential, a.Made, a.Network) }

// GuessedArgs is what a [Guessed] needs.
type GuessedArgs struct {
	Login    string `json:"login"`
	Service  string `json:"service"`
	Protocol string `json:"protocol"`
	Network  string `json:"network"` // empty: unknown
	Address  string `json:"address"` // empty: unknown
}

// ID names the act of telling it: once for a login, a network and a day of UTC. Ids are logged, so the login is not in it as it is.
func (a GuessedArgs) ID(at time.Time) string {
	sum := sha256.Sum256([]byte(a.Login))
	return fmt.Sprintf("guessed:%s:%s:%s", hex.EncodeToString(sum[:8]), a.Network, at.UTC().Format(time.DateOnly))
}

// NetworkArgs is what a [Remember] or a [Disown] needs.
type NetworkArgs struct {
	Credential string `json:"credential"`
	// Made is when the password was made that was used from there, epoch seconds; none: whichever works.
	Made    int64  `json:"made,omitempty"`
	Network string `json:"network"`
}

// MostRevoked is how many app passwords one [RevokeMany] ends.
const MostRevoked = 100

// RevokeManyArgs is what a [RevokeMany] needs: at most [MostRevoked] ids.
type RevokeManyArgs struct {
	Credentials []string `json:"credentials"`
}
