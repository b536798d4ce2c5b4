package job

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
)

// The kinds of what administrators ask for by the admin API; the job's person is whom it concerns.
const (
	// AdminRevoke ends app passwords of a person; its arguments are [AdminRevokeArgs].
	AdminRevoke Kind = "admin_revoke"
	// AskRotation asks a person to rotate one; its arguments are [AskRotationArgs].
	AskRotation Kind = "ask_rotation"
)

// AdminRevokeArgs is what an [AdminRevoke] needs.
type AdminRevokeArgs struct {
	Credential  string `json:"credential,omitempty"`  // none: all of the person
	Application string `json:"application,omitempty"` // the catalog's id; none: of any
	Reason      string `json:"reason"`                // an administrator's words for the owner, see [Reason]
	Actor       string `json:"actor"`                 // the ARN of who asks
}

// AskRotationArgs is what an [AskRotation] needs.
type AskRotationArgs struct {
	Credential string `json:"credential"`
	Days       int    `json:"days"` // how long the owner has, from the job's time
	Reason     string `json:"reason"`
	Actor      string `json:"actor"`
}

// LongestReason is in characters.
const LongestReason = 200

var (
	// ErrReason reports a reason that is missing, longer than [LongestReason], or has characters that can't be seen.
	ErrReason = problem.New(problem.Invalid, "admin.reason")
	// ErrReasonPassword reports a reason that looks as if it had an app password in it.
	ErrReasonPassword = problem.New(problem.Invalid, "admin.reason.password")
)

// Reason is what an administrator typed for the owner to read, trimmed. The errors are [ErrReason] and [ErrReasonPassword], by the company's
// prefixes.
func Reason(typed string, prefixes ...string) (string, error) {
	reason := strings.TrimSpace(typed)
	switch {
	case password.Within(reason, prefixes...):
		return "", ErrReasonPassword
	case reason == "", !utf8.ValidString(reason), utf8.RuneCountInString(reason) > LongestReason:
		return "", ErrReason
	}
	for _, r := range reason {
		if !unicode.IsGraphic(r) && r != '\u200d' {
			return "", ErrReason
		}
	}
	return reason, nil
}
