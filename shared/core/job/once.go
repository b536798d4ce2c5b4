package job

import (
	"errors"
	"time"
)

// OnceLife is how long a once-record is kept: longer than any queue keeps a job.
const OnceLife = 7 * 24 * time.Hour

// OnceStatus is how far a job has come.
type OnceStatus string

// The statuses of a once-record.
const (
	Leased OnceStatus = "leased" // somebody works on it, until the lease is over
	Issued OnceStatus = "issued" // it has taken effect; a link may have been shown
	Done   OnceStatus = "done"
)

// Once is the record by which a job acts once, however often it arrives.
type Once struct {
	Status OnceStatus
	// Generation counts the links that the job has made; 0 before the first.
	Generation int
	// Reveal is the id of the newest link; empty before the first.
	Reveal string
}

var (
	// ErrDone reports a job that is finished: there is nothing to do.
	ErrDone = errors.New("the job is done")
	// ErrBusy reports a job that somebody else works on: it has to wait for the end of that lease.
	ErrBusy = errors.New("the job is being worked on")
)
