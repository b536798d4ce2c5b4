// Package awsjson is what the emulated AWS services share: operations named by the X-Amz-Target header, JSON in and out,
// errors with a type that the SDKs turn into their own.
//
// # What may be changed here
//
// Only what every service has stands here. What one service alone needs is that service's.
package awsjson

import "context"

// Service is one emulated service behind the AWS listener.
type Service interface {
	// Serve runs one operation ("GetItem") on its JSON body and returns the JSON answer. An [*Error] is the service's own
	// refusal; any other error is a fault of the emulator and answered as an internal error. It is safe for concurrent use.
	Serve(ctx context.Context, operation string, body []byte) ([]byte, error)
}

// Error is a service's refusal as its SDK reads it.
type Error struct {
	// Status is the HTTP status: 400 for refusals, 500 for the service's own trouble.
	Status int
	// Type is the error's name, "ConditionalCheckFailedException"; with a namespace where the real service sends one.
	Type string
	// Message is for people.
	Message string
	// Fields are further members of the error's JSON, like CancellationReasons.
	Fields map[string]any
}

// Error gives the type and the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Refuse returns an [*Error] with status 400.
func Refuse(errorType, message string) *Error {
	return &Error{Status: 400, Type: errorType, Message: message}
}
