package runtime

import (
	"errors"
	"time"
)

// Result is what came of an invocation that was made.
type Result struct {
	RequestID string
	// Payload is the function's answer, or where Failed the JSON object {errorType, errorMessage, …}.
	Payload []byte
	// Failed is Lambda's X-Amz-Function-Error: the function reported an error, answered too much, or its process ended or was killed.
	Failed bool
	// ErrorType is "Sandbox.Timedout", "Runtime.ExitError", "Function.ResponseSizeTooLarge", … or the function's own; empty unless Failed.
	ErrorType string
}

// Call is one invocation for who observes: of what, and what came of it. It has neither payload nor answer.
type Call struct {
	Function  string
	RequestID string
	// ErrorType is as in [Result]; Err is set where no invocation was made.
	ErrorType string
	Err       error
	// Cold says that a process was started for it.
	Cold bool
	// Took is real time; At, the beginning, is the stack's.
	Took time.Duration
	At   time.Time
}

// What the Invoke API refuses.
var (
	// ErrUnknown reports that there is no function of that name (ResourceNotFoundException).
	ErrUnknown = errors.New("there is no such function")
	// ErrThrottled reports that as many invocations run as may overlap (TooManyRequestsException, 429).
	ErrThrottled = errors.New("too many invocations at a time")
	// ErrTooLarge reports a payload over 6 MB (RequestTooLargeException, 413).
	ErrTooLarge = errors.New("the payload is larger than 6 MB")
	// ErrService reports a fault of the kind before or after (ServiceException, 500).
	ErrService = errors.New("the local Lambda failed on purpose")
	// ErrClosed reports that the runtime is closed.
	ErrClosed = errors.New("the local Lambda is closed")
)
