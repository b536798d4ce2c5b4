// Package problem is how apppass says that something can't be done: a kind, which an edge turns into an HTTP status or a Slack
// answer, and a code, under which the language catalogs of package text hold the sentence for people.
//
// # What is promised
//
// A problem carries no sentence and no data, so it can be compared with errors.Is and never leaks. What was being done is added
// by wrapping: fmt.Errorf("claim reveal %s: %w", id, problem). The cause goes to the log, the sentence to the person.
//
// # What may be changed here
//
// Sentinels live with the part of the domain that they belong to, not here. A new kind is needed only if an edge has to answer
// differently.
package problem

import (
	"errors"
	"fmt"
)

// Kind says what sort of answer a problem is.
type Kind int

const (
	// Internal is trouble of ours that nobody foresaw; it is also the kind of every error that is no problem.
	Internal Kind = iota
	// Invalid is input that can't be understood or accepted; the sender can mend it.
	Invalid
	// Denied is a request that is understood and refused.
	Denied
	// NotFound is something that is not there, or not there for who asks.
	NotFound
	// Gone is something that was there and is over.
	Gone
	// Conflict is a change that no longer fits what is stored.
	Conflict
	// TooMany is a request that came too often: ask again later, and less.
	TooMany
	// Unavailable is trouble that passes: ask again later.
	Unavailable
)

// Problem is a kind and a code. Make it with [New], as a package's sentinel, and compare it with errors.Is.
type Problem struct {
	kind Kind
	code string
}

// New returns a problem with the code under which package text has its sentence, "reveal.expired".
func New(kind Kind, code string) *Problem { return &Problem{kind: kind, code: code} }

// Error is the code.
func (p *Problem) Error() string { return p.code }

// Kind is what sort of answer it is.
func (p *Problem) Kind() Kind { return p.kind }

// Code is the key of its sentence in the language catalogs.
func (p *Problem) Code() string { return p.code }

// ErrInternal stands for every error that is no problem.
var ErrInternal = New(Internal, "problem.internal")

// ErrUnavailable reports trouble of ours that passes: storage, the vault, the queue or Slack did not answer. Nothing was decided.
var ErrUnavailable = New(Unavailable, "problem.unavailable")

// Of is the problem that err wraps, or [ErrInternal].
func Of(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	return ErrInternal
}

// Passing marks the error of an external call as [ErrUnavailable], trouble that passes, and says what was being done. nil stays nil.
func Passing(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}
