package person

import "errors"

// ErrUnreachable reports somebody to whom Slack takes no message: it does not know or show them, or their account is deactivated. Trying again
// at once does not help.
var ErrUnreachable = errors.New("the person can't be reached")
