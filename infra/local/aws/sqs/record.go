package sqs

import (
	"fmt"
	"slices"
	"time"
)

// record is one line of the journal: one change to one queue.
type record struct {
	Queue string
	// Set makes the queue or replaces its attributes, at At.
	Set map[string]string `json:",omitempty"`
	// Drop deletes the queue at At, Purge empties it at At.
	Drop  bool `json:",omitempty"`
	Purge bool `json:",omitempty"`
	At    time.Time
	// Put adds a message or replaces the one with its id.
	Put *message `json:",omitempty"`
	// Forget removes the messages with these ids.
	Forget []string `json:",omitempty"`
}

// message is never changed in place: a change is a changed copy in a record.
type message struct {
	ID           string
	Body         string
	Attributes   map[string]attribute `json:",omitempty"`
	Sent         time.Time
	VisibleAt    time.Time `json:",omitzero"` // zero: at once, even if the clock goes back
	ReceiveCount int       `json:",omitempty"`
	// ReceivedHere is the receive count since it came into this queue: what maxReceiveCount is compared with.
	ReceivedHere  int       `json:",omitempty"`
	FirstReceived time.Time `json:",omitzero"`
	LastReceived  time.Time `json:",omitzero"`
	// Receipt is the latest receipt handle.
	Receipt string `json:",omitempty"`
	// From is the ARN of the queue that it was redriven from.
	From string `json:",omitempty"`
}

// commit writes r to the journal, makes it true and wakes who waits for messages.
func (s *Service) commit(r record) error {
	if err := s.journal.Append(r); err != nil {
		return err
	}
	return s.apply(r)
}

func (s *Service) apply(r record) error {
	q, ok := s.queues[r.Queue]
	switch {
	case r.Set != nil:
		if !ok {
			q = &queue{created: r.At}
			s.queues[r.Queue] = q
		}
		set, err := parseSettings(r.Set)
		if err != nil {
			return fmt.Errorf("the attributes of queue %s: %w", r.Queue, err)
		}
		q.settings, q.modified = set, r.At
	case r.Drop: // of one that isn't there only its time is new
		delete(s.queues, r.Queue)
		s.deleted[r.Queue] = r.At
	case !ok:
		return fmt.Errorf("there is no queue %s to change", r.Queue)
	case r.Purge:
		q.messages, q.purged = nil, r.At
	case r.Put != nil:
		if i := q.index(r.Put.ID); i >= 0 {
			q.messages[i] = r.Put
		} else {
			q.messages = append(q.messages, r.Put)
		}
	default:
		for _, id := range r.Forget {
			if i := q.index(id); i >= 0 {
				q.messages = slices.Delete(q.messages, i, i+1)
			}
		}
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}
