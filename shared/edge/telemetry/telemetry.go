// Package telemetry is what a function says of itself: structured log lines, one an event, without content.
//
// # What may be logged
//
// Codes, ids of jobs, credentials and links, route keys, durations, causes. Never a path, a query, a header, a body, a person's words, a
// password, a link, a token, a response URL.
//
// # What may be changed here
//
// An attribute may be added if it is one of the first list. Alarms and searches go by messages and attributes: their names stay.
package telemetry

import (
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// NewLog returns the log of a function: JSON lines as Lambda reads them, with the request's id; level and format as the function's
// logging configuration says.
func NewLog() *slog.Logger { return slog.New(lambdacontext.NewLogHandler()) }
