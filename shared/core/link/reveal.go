package link

import (
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// State is a reveal's.
type State string

// The states of a reveal.
const (
	Preparing State = "preparing" // the secret is not stored yet
	Ready     State = "ready"
	Claimed   State = "claimed"
	Void      State = "void" // revoked, made anew, or over, before anyone claimed it
)

// Transitions is every legal change of a reveal's state. What is not in it must not happen.
var Transitions = map[State][]State{
	Preparing: {Ready, Void},
	Ready:     {Claimed, Void},
	Claimed:   {},
	Void:      {},
}

// Refetch is how long the session that claimed may fetch again.
const Refetch = time.Minute

// Nonce names the browser session that claims.
type Nonce [NonceLen]byte

// Reveal is what is stored about a link: all that a claim needs. The key is nowhere in it.
type Reveal struct {
	ID        ID
	ProofHash ProofHash
	// Secret is the random name under which Secrets Manager holds the sealed password.
	Secret string
	State  State
	// Door is who may claim; DoorUntil is how long an open one stays so. Asker is the first session that has shown the proof, zero before.
	Door      Door
	DoorUntil time.Time
	Asker     Nonce
	// Match is the number that has to be tapped; the zero Match where none is asked for.
	Match Match
	// Place is where Slack shows the link, or what has become of it: a view, a message, or a message for when the view is closed; zero where
	// it is not shown yet.
	Place job.Reply
	// Nonce and ClaimedAt are the claim's; zero before.
	Nonce     Nonce
	ClaimedAt time.Time
	// Fetched is when the session that claimed got what is sealed; zero before.
	Fetched time.Time
	// Ended is when it became void; zero before.
	Ended   time.Time
	Expires time.Time
	// Generation counts the links of one job, from 1.
	Generation int

	Owner credential.Owner
	// Gate is the generation that the owner's gate must still have.
	Gate       int
	Credential string
	Verifier   credential.Verifier
	// Made is when the entry under Verifier was made.
	Made time.Time
	// Rotation is what the claim replaces; zero where it is a first issue.
	Rotation Rotation
	Account  Account
}

// Rotation is an entry that works, and what becomes of it when the link to its successor is used.
type Rotation struct {
	// From is the entry's key, and empty where nothing is replaced. It works for Grace after the claim.
	From  credential.Verifier
	Grace time.Duration
	// Before is what From itself had replaced and what still works; empty: nothing. The claim ends it.
	Before credential.Verifier
	// Expires is the credential's; zero: never.
	Expires time.Time
}

// Account is what the owner needs beside the password.
type Account struct {
	Login       string
	Application string // its name
	Label       string
	Services    []Server
}

// Server is where a service answers.
type Server struct {
	ID    string                   `json:"id"`
	Name  string                   `json:"name"`
	Host  string                   `json:"host,omitempty"`
	Ports map[service.Protocol]int `json:"ports,omitempty"`
}

var (
	// ErrUnknown reports an id that leads to nothing, or a proof that is not this link's: the two are not told apart.
	ErrUnknown = problem.New(problem.NotFound, "reveal.unknown")
	// ErrUsed reports a link that another session has used, or this one more than [Refetch] ago.
	ErrUsed = problem.New(problem.Gone, "reveal.used")
	// ErrExpired reports that the link's time is over.
	ErrExpired = problem.New(problem.Gone, "reveal.expired")
	// ErrVoid reports a link that was withdrawn unread: revoked, or replaced by another.
	ErrVoid = problem.New(problem.Gone, "reveal.void")
	// ErrHeld reports that the owner may be given nothing at present.
	ErrHeld = problem.New(problem.Denied, "reveal.held")
	// ErrRefused reports a door that is not open.
	ErrRefused = problem.New(problem.Denied, "reveal.refused")
	// ErrPreparing reports a link that is shown before its secret is stored: ask again.
	ErrPreparing = problem.New(problem.Unavailable, "reveal.preparing")
)

// Claimable says why the reveal can't be claimed at now, whoever it is; nil where it can by whom the door admits.
func (r Reveal) Claimable(now time.Time) error {
	switch {
	case r.Lapsed():
		return ErrExpired
	case r.State == Void:
		return ErrVoid
	case r.State == Claimed:
		return ErrUsed
	case !now.Before(r.Expires):
		return ErrExpired
	case r.State == Preparing:
		return ErrPreparing
	}
	return nil
}

// Lapsed reports a reveal that became void because its time was over, and not because somebody has withdrawn it.
func (r Reveal) Lapsed() bool { return r.State == Void && !r.Ended.Before(r.Expires) }

// ClaimedBy reports whether the session nonce has claimed the reveal and may still fetch.
func (r Reveal) ClaimedBy(nonce Nonce, now time.Time) bool {
	return r.State == Claimed && r.Nonce == nonce && now.Before(r.ClaimedAt.Add(Refetch))
}

// Unseen reports a reveal that was claimed, but of which nobody has got what is sealed, and nobody can any more. A fetch under way at the
// very end has five seconds.
func (r Reveal) Unseen(now time.Time) bool {
	return r.State == Claimed && r.Fetched.IsZero() && !now.Before(r.ClaimedAt.Add(Refetch+late))
}

// late is how long something that began in time may take.
const late = 5 * time.Second

// Disposable is when what the link had sealed may be deleted, because nobody may read it any more.
func (r Reveal) Disposable() time.Time {
	switch r.State {
	case Void:
		return r.Ended
	case Claimed:
		return r.ClaimedAt.Add(Refetch)
	default:
		return r.Expires.Add(late)
	}
}

// DiscardJob is the job that deletes what the link has sealed.
func (r Reveal) DiscardJob(at time.Time) (job.Job, error) {
	j, err := job.New("secret:"+r.Secret, job.DeleteSecret, job.DeleteSecretArgs{Reveal: string(r.ID), Secret: r.Secret})
	j.Person, j.Team, j.At = r.Owner.Person, r.Owner.Team, at.Unix()
	return j, err
}
