// Package secretsmanager is the local stack's Secrets Manager: as much of it as apppass calls, and loud about the rest.
//
// # What it does
//
// CreateSecret, PutSecretValue, UpdateSecret, GetSecretValue, DescribeSecret, ListSecrets and DeleteSecret, with client
// tokens, versions and their staging labels, recovery windows, and forced deletion that takes its time as the real one
// does. Any other operation, and any request member that is not named in this package, is refused: a test must never pass
// because something was quietly ignored.
//
// # What it can be asked to do badly
//
// [Switches]: a new secret that can't be found yet, a deleted one that can still be read, a service that is down.
// Throttling and single failures are the listener's (package faults).
//
// # What may be changed here
//
// Another operation is one more case in [Service.Serve] and a function from its request to its answer. State changes only by
// a journal record that is written first (record.go), so that a restart sees what was answered, and forgets what was deleted
// (journal.go). Time is the stack's clock; nothing runs in the background: what is due is done when the service is next asked
// anything.
//
// The reference is https://docs.aws.amazon.com/secretsmanager/latest/apireference/.
package secretsmanager

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/journal"
)

// Options says where a service gets its time and where it keeps its state.
type Options struct {
	// Clock is the stack's time.
	Clock *clock.Clock
	// Path is the journal's file; empty keeps everything in memory.
	Path string
}

// Switches makes the service behave as the real one does on a bad day. The zero value is a good day.
type Switches struct {
	// VisibleAfter is how long a secret can't be found after its creation.
	VisibleAfter time.Duration
	// HiddenReads is how many times GetSecretValue and DescribeSecret don't find a secret that was created while this was set.
	HiddenReads int
	// ReadableAfterDeletion is how long a secret can still be read after DeleteSecret with ForceDeleteWithoutRecovery.
	ReadableAfterDeletion time.Duration
	// Failing makes every operation answer InternalServiceError without any effect.
	Failing bool
}

// Service is an emulated Secrets Manager in region us-east-1, account 000000000000. It is safe for concurrent use.
type Service struct {
	clock *clock.Clock

	mu       sync.Mutex
	journal  *journal.Journal
	secrets  map[string]secret
	hidden   map[string]int // reads that still don't find the secret of that name
	switches Switches
}

var _ awsjson.Service = (*Service)(nil)

// New opens the service with the state that its journal holds.
func New(o Options) (*Service, error) {
	s := &Service{clock: o.Clock, secrets: map[string]secret{}, hidden: map[string]int{}}
	if o.Path != "" {
		if err := s.open(o.Path); err != nil {
			return nil, fmt.Errorf("open the secrets: %w", err)
		}
	}
	return s, nil
}

// Close closes the journal. The service must not be used afterwards.
func (s *Service) Close() error { return s.journal.Close() }

// Switch replaces all switches. Secrets that are hidden already stay so for as long as they were to be.
func (s *Service) Switch(w Switches) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches = w
}

// Value is one version of a secret as it is stored.
type Value struct {
	Name      string
	VersionID string
	// Bytes is the SecretString or the SecretBinary.
	Bytes []byte
}

// Values is every value stored, all versions and what is marked for deletion included, by name: for tests that search for leaks.
func (s *Service) Values() []Value {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var all []Value
	for _, sec := range s.secrets {
		if sec.gone(now) {
			continue
		}
		for _, v := range sec.Versions {
			all = append(all, Value{Name: sec.Name, VersionID: v.ID, Bytes: v.bytes()})
		}
	}
	slices.SortStableFunc(all, func(a, b Value) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Count is the number of secrets that are not marked for deletion.
func (s *Service) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	n := 0
	for _, sec := range s.secrets {
		if !sec.marked(now) {
			n++
		}
	}
	return n
}

// Serve runs one operation. See [awsjson.Service].
func (s *Service) Serve(_ context.Context, operation string, body []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.switches.Failing {
		return nil, &awsjson.Error{Status: http.StatusInternalServerError, Type: "InternalServiceError", Message: "An error occurred on the server side."}
	}
	if err := s.forgetGone(); err != nil {
		return nil, err
	}
	switch operation {
	case "CreateSecret":
		return answer(operation, body, s.createSecret)
	case "PutSecretValue":
		return answer(operation, body, s.putSecretValue)
	case "UpdateSecret":
		return answer(operation, body, s.updateSecret)
	case "GetSecretValue":
		return answer(operation, body, s.getSecretValue)
	case "DescribeSecret":
		return answer(operation, body, s.describeSecret)
	case "ListSecrets":
		return answer(operation, body, s.listSecrets)
	case "DeleteSecret":
		return answer(operation, body, s.deleteSecret)
	}
	return nil, awsjson.Refuse("UnknownOperationException", "the local Secrets Manager does not know "+operation)
}

// answer decodes the request, refusing members that In doesn't have, and encodes what do answers.
func answer[In, Out any](operation string, body []byte, do func(In) (Out, error)) ([]byte, error) {
	var in In
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, awsjson.Refuse("SerializationException", fmt.Sprintf("the local Secrets Manager can't take this %s: %v", operation, err))
	}
	out, err := do(in)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}
