package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
)

// clockFile is how far the stack's clock is ahead of the machine's.
type clockFile struct {
	Offset string `json:"offset"` // a Go duration
}

func (s *Stack) clockPath() string { return filepath.Join(s.options.Dir, "clock.json") }

// openClock starts the clock where it was.
func (s *Stack) openClock() (*clock.Clock, error) {
	if s.options.Dir == "" {
		return clock.New(0), nil
	}
	text, err := os.ReadFile(s.clockPath())
	if errors.Is(err, fs.ErrNotExist) {
		return clock.New(0), nil
	}
	var kept clockFile
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	offset := time.Duration(0)
	if err == nil {
		offset, err = time.ParseDuration(kept.Offset)
	}
	if err != nil {
		return nil, fmt.Errorf("read the clock in %s: %w", s.clockPath(), err)
	}
	return clock.New(offset), nil
}

// clockMoved keeps the clock's offset before the move is answered; the functions learn of it by themselves.
func (s *Stack) clockMoved(context.Context) error {
	if s.options.Dir == "" {
		return nil
	}
	text, err := json.Marshal(clockFile{Offset: s.Clock.Offset().String()})
	if err != nil {
		return err
	}
	// Whole or not at all.
	next := s.clockPath() + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return fmt.Errorf("keep the clock: %w", err)
	}
	return os.Rename(next, s.clockPath())
}
