package job

import (
	"fmt"
	"time"
)

// Later is the error of a job that has to wait: somebody has said for how long.
type Later struct {
	After time.Duration
	Err   error
}

// Error says for how long.
func (l *Later) Error() string { return fmt.Sprintf("%v; again after %v", l.Err, l.After) }

// Unwrap is what was said.
func (l *Later) Unwrap() error { return l.Err }
