package drive

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Advance moves the stack's clock.
func (s Slack) Advance(ctx context.Context, d time.Duration) error {
	return s.control(ctx, http.MethodPost, "clock", map[string]any{"advance": d.String()})
}

// Fault is something that is to go wrong, see package faults.
type Fault struct {
	Target    string `json:"target"`
	Operation string `json:"operation"`
	Kind      string `json:"kind"`
	Times     int    `json:"times"`
	Delay     string `json:"delay,omitempty"`
}

// Break switches a fault on.
func (s Slack) Break(ctx context.Context, f Fault) error {
	return s.control(ctx, http.MethodPost, "faults", f)
}

// Mend switches every fault off.
func (s Slack) Mend(ctx context.Context) error {
	return s.control(ctx, http.MethodDelete, "faults", nil)
}

func (s Slack) control(ctx context.Context, method, what string, body any) error {
	status, text, err := send(ctx, method, s.URL+"/api/"+what, nil, body)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("/api/%s: status %d: %s", what, status, text)
	}
	return nil
}

// Change changes a person, or adds one: id, and what is to be otherwise, like deleted or email.
func (s Slack) Change(ctx context.Context, members map[string]any) error {
	return s.control(ctx, http.MethodPost, "people", members)
}
