package secretsmanager

import (
	"bytes"
	"slices"
	"time"
)

// record is one line of the journal: a secret as it is from now on, or the name of one that is gone.
type record struct {
	Put  *secret `json:",omitempty"`
	Gone string  `json:",omitempty"`
}

// secret is never changed in place: a change is a changed copy in a record.
type secret struct {
	Name        string
	ARN         string
	Description string    `json:",omitempty"`
	KMSKeyID    string    `json:",omitempty"`
	Tags        []tag     `json:",omitempty"`
	Created     time.Time // with nanoseconds: it orders lists
	Changed     time.Time
	VisibleAt   time.Time `json:",omitzero"` // zero: from the beginning, even if the clock goes back
	Versions    []version `json:",omitempty"`
	Deletion    *deletion `json:",omitempty"`
}

// deletion is the mark that DeleteSecret leaves.
type deletion struct {
	Date          time.Time // as the API tells it
	ReadableUntil time.Time // until then nobody notices the mark
	GoneAt        time.Time // then the name is free
}

type version struct {
	ID      string
	String  *string  `json:",omitempty"`
	Binary  []byte   `json:",omitempty"`
	Stages  []string `json:",omitempty"`
	Created time.Time
}

type tag struct {
	Key   string
	Value string
}

func (s secret) marked(now time.Time) bool {
	return s.Deletion != nil && !now.Before(s.Deletion.ReadableUntil)
}

func (s secret) gone(now time.Time) bool {
	return s.Deletion != nil && !now.Before(s.Deletion.GoneAt)
}

func (s secret) versionByID(id string) (version, bool) {
	return s.find(func(v version) bool { return v.ID == id })
}

func (s secret) versionByStage(stage string) (version, bool) {
	return s.find(func(v version) bool { return slices.Contains(v.Stages, stage) })
}

func (s secret) find(match func(version) bool) (version, bool) {
	i := slices.IndexFunc(s.Versions, match)
	if i < 0 {
		return version{}, false
	}
	return s.Versions[i], true
}

func (v version) bytes() []byte {
	if v.String != nil {
		return []byte(*v.String)
	}
	return v.Binary
}

func (v version) same(w version) bool {
	return (v.String == nil) == (w.String == nil) && bytes.Equal(v.bytes(), w.bytes())
}

// commit writes r to the journal and then makes it true.
func (s *Service) commit(r record) error {
	if err := s.journal.Append(r); err != nil {
		return err
	}
	s.apply(r)
	return nil
}

func (s *Service) apply(r record) {
	if r.Put != nil {
		s.secrets[r.Put.Name] = *r.Put
		return
	}
	delete(s.secrets, r.Gone)
	delete(s.hidden, r.Gone)
}

// forgetGone drops the secrets whose time after DeleteSecret is over.
func (s *Service) forgetGone() error {
	now := s.clock.Now()
	for name, sec := range s.secrets {
		if sec.gone(now) {
			if err := s.commit(record{Gone: name}); err != nil {
				return err
			}
		}
	}
	return nil
}
