// Package faults makes things go wrong on demand: an AWS service, Slack or a function, for the next so many calls.
//
// # What may be changed here
//
// When a fault strikes, and how often, is decided here alone. What a kind does to a call is its target's: a further kind needs its effect
// in package aws, in slack/api and in package runtime.
package faults

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Kind is what goes wrong.
type Kind string

const (
	// Throttle answers as the target does when it is asked too often (Slack: 429 with Retry-After 1).
	Throttle Kind = "throttle"
	// Before fails with a server error before the operation takes effect.
	Before Kind = "before"
	// After lets the operation take effect and then fails with a server error.
	After Kind = "after"
	// Delay answers late, by Fault.Delay.
	Delay Kind = "delay"
	// Hang never answers; the caller's deadline ends it.
	Hang Kind = "hang"
	// Kill ends the process of the calling function (target AWS or Slack) or of the invoked one (target a function).
	// With Fault.Delay 0 the operation has not taken effect; with any other delay it has.
	Kill Kind = "kill"
)

// Kinds is every kind there is.
var Kinds = []Kind{Throttle, Before, After, Delay, Hang, Kill}

// Fault is one thing that goes wrong: at Target ("dynamodb", "secretsmanager", "sqs", "slack" or a function's name), at
// Operation ("PutItem", "views.update"; empty: any), Times times (0: until cleared).
type Fault struct {
	Target    string
	Operation string
	Kind      Kind
	Times     int
	Delay     time.Duration
}

// Set is the faults switched on, safe for concurrent use. A nil *Set has none.
type Set struct {
	mu     sync.Mutex
	faults []Fault
}

// Add switches a fault on. Faults at the same target are used in the order in which they were added.
func (s *Set) Add(f Fault) error {
	if !slices.Contains(Kinds, f.Kind) {
		return fmt.Errorf("there is no fault of kind %q: it is one of %v", f.Kind, Kinds)
	}
	if f.Target == "" || f.Times < 0 || f.Delay < 0 {
		return fmt.Errorf("a fault needs a target, and times and delay of 0 or more")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return nil
}

// Take returns the fault that the call has to suffer, if any, and counts it.
func (s *Set) Take(target, operation string) (Fault, bool) {
	if s == nil {
		return Fault{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Target != target || f.Operation != "" && f.Operation != operation {
			continue
		}
		if f.Times == 1 {
			s.faults = slices.Delete(s.faults, i, i+1)
		} else if f.Times > 1 {
			s.faults[i].Times--
		}
		return f, true
	}
	return Fault{}, false
}

// Clear switches every fault off.
func (s *Set) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// List is the faults still on.
func (s *Set) List() []Fault {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}
