package job

import (
	"fmt"
	"time"
)

// The kinds about reminders.
const (
	// Nudge looks of which of their app passwords a person is to be reminded now; it has no arguments.
	Nudge Kind = "nudge"
	// Snooze puts the reminder of one off; its arguments are [SnoozeArgs].
	Snooze Kind = "snooze"
	// Keep says that one which nobody uses is needed; its arguments are [KeepArgs].
	Keep Kind = "keep"
	// Abandoned tells an owner what was revoked because nobody used it; its arguments are [AbandonedArgs].
	Abandoned Kind = "abandoned"
)

// SnoozeArgs is what a [Snooze] needs.
type SnoozeArgs struct {
	Credential string `json:"credential"`
	For        string `json:"for"` // a choice of package nudge: "day", "week", "before"
}

// KeepArgs is what a [Keep] needs.
type KeepArgs struct {
	Credential string `json:"credential"`
}

// AbandonedArgs is what an [Abandoned] needs.
type AbandonedArgs struct {
	Credentials []Question `json:"credentials"`
}

// Question is that whether an app password is still needed.
type Question struct {
	Credential string `json:"credential"`
	Asked      int64  `json:"asked"` // epoch seconds
}

// ID names the act of revoking it because nobody has answered.
func (q Question) ID() string { return fmt.Sprintf("idle:%s:%d", q.Credential, q.Asked) }

// NudgeID names the act of looking at a person at a tick's time. That nobody is reminded twice on a date is held by a claim of its own.
func NudgeID(person string, tick time.Time) string {
	return fmt.Sprintf("nudge:%s:%d", person, tick.Unix())
}
