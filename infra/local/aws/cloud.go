// Package aws is the local stack's AWS: one HTTP listener in front of the emulated DynamoDB, Secrets Manager and SQS.
//
// # What it does
//
// [Cloud] takes what the SDKs send (AWS JSON 1.0 and 1.1 over HTTP/1.1, the operation in X-Amz-Target), checks the Signature
// Version 4, hands the operation to its service, and answers as AWS does: request ids, checksums, error documents. The only
// credentials are access key "local" with secret "local", in region us-east-1.
//
// It is also where things go wrong on purpose: each call may suffer a fault (package faults), and each call is reported to
// [Options].Observe, with the function that made it but never with its content.
//
// # What may be changed here
//
// A further service is a folder of its own beside this file, an [awsjson.Service], and one entry in services. What an operation
// does belongs there; this package knows no operation by name.
package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/dynamodb"
	"github.com/apppass/apppass/infra/local/aws/secretsmanager"
	"github.com/apppass/apppass/infra/local/aws/sqs"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
)

// The credentials and the region that the listener accepts.
const (
	AccessKeyID     = "local"
	SecretAccessKey = "local"
	Region          = "us-east-1"
)

// Options says how a cloud is made.
type Options struct {
	// Dir is the folder of the services' journals, dynamodb.journal, secretsmanager.journal and sqs.journal. Empty keeps
	// everything in memory.
	Dir string
	// Clock is the stack's time.
	Clock *clock.Clock
	// Faults may be nil: then nothing goes wrong on purpose.
	Faults *faults.Set
	// Observe, if set, hears of each call just before its answer is sent (or its connection dropped). It is called from many
	// goroutines.
	Observe func(Call)
	// Authorize, if set, says whether the function may do what a call is (package iam); the error is what it may not. A caller that gave
	// no function is the stack itself, and may do everything.
	Authorize func(function, service, operation string, body []byte) error
	// Kill ends the process of the function of that name (empty where the caller gave none); it is called for the fault of that
	// kind, and the call's connection is dropped when it returns.
	Kill func(function string)
}

// Call is one call of an AWS operation: who asked for what, and what came of it.
type Call struct {
	// Service is "dynamodb", "secretsmanager" or "sqs"; Operation is as in X-Amz-Target, "GetItem".
	Service   string
	Operation string
	// Function is the caller's SDK app id (AWS_SDK_UA_APP_ID), empty where it gave none.
	Function string
	// Status is the HTTP status, 0 where the connection was dropped without an answer.
	Status int
	// ErrorType is the error without its namespace, "ConditionalCheckFailedException"; empty for a success.
	ErrorType string
	// Took is real time; At, the beginning, is the stack's.
	Took time.Duration
	At   time.Time
}

// Cloud is an [net/http.Handler] that answers as AWS. Close ends it.
type Cloud struct {
	options  Options
	dynamodb *dynamodb.Engine
	secrets  *secretsmanager.Service
	queues   *sqs.Service
	services map[string]service // by the prefix of X-Amz-Target

	// closing ends what still waits: long polls and hanging calls.
	closing context.Context
	close   context.CancelFunc
}

// New makes a cloud with the state that the journals in o.Dir hold.
func New(o Options) (*Cloud, error) {
	path := func(name string) string {
		if o.Dir == "" {
			return ""
		}
		return filepath.Join(o.Dir, name+".journal")
	}
	var opened []io.Closer
	fail := func(err error) (*Cloud, error) {
		for _, c := range opened {
			err = errors.Join(err, c.Close())
		}
		return nil, fmt.Errorf("start the local AWS: %w", err)
	}
	tables, err := dynamodb.New(dynamodb.Options{Clock: o.Clock, Path: path("dynamodb")})
	if err != nil {
		return fail(err)
	}
	opened = append(opened, tables)
	secrets, err := secretsmanager.New(secretsmanager.Options{Clock: o.Clock, Path: path("secretsmanager")})
	if err != nil {
		return fail(err)
	}
	opened = append(opened, secrets)
	queues, err := sqs.New(sqs.Options{Clock: o.Clock, Path: path("sqs")})
	if err != nil {
		return fail(err)
	}
	c := &Cloud{options: o, dynamodb: tables, secrets: secrets, queues: queues, services: services(tables, secrets, queues)}
	c.closing, c.close = context.WithCancel(context.Background())
	return c, nil
}

// DynamoDB is the tables' engine.
func (c *Cloud) DynamoDB() *dynamodb.Engine { return c.dynamodb }

// Secrets is the Secrets Manager.
func (c *Cloud) Secrets() *secretsmanager.Service { return c.secrets }

// Queues is the SQS.
func (c *Cloud) Queues() *sqs.Service { return c.queues }

// Close ends calls that wait and closes the journals. Calls after it fail; stop the HTTP server first.
func (c *Cloud) Close() error {
	c.close()
	return errors.Join(c.dynamodb.Close(), c.secrets.Close(), c.queues.Close())
}

// service is what the listener must know about a service to speak as it does.
type service struct {
	awsjson.Service
	name string // in faults, calls and the credential's scope
	// throttled and broken are its own errors for these.
	throttled, broken awsjson.Error
	// denied is its error for what a role does not allow.
	denied string
	// messageMember is what its error documents call the message.
	messageMember string
	crc32         bool                          // answers carry X-Amz-Crc32
	queryCode     func(errorType string) string // errors carry x-amzn-query-error
}

func services(tables, secrets, queues awsjson.Service) map[string]service {
	return map[string]service{
		"DynamoDB_20120810": {
			Service: tables, name: "dynamodb", messageMember: "message", crc32: true, denied: "com.amazon.coral.service#AccessDeniedException",
			throttled: awsjson.Error{Status: 400, Type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", Message: "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."},
			broken:    awsjson.Error{Status: 500, Type: "com.amazonaws.dynamodb.v20120810#InternalServerError", Message: "Internal server error"},
		},
		"secretsmanager": {
			Service: secrets, name: "secretsmanager", messageMember: "Message", denied: "AccessDeniedException",
			throttled: awsjson.Error{Status: 400, Type: "ThrottlingException", Message: "Rate exceeded"},
			broken:    awsjson.Error{Status: 500, Type: "InternalServiceError", Message: "An error occurred on the server side."},
		},
		"AmazonSQS": {
			Service: queues, name: "sqs", messageMember: "message", denied: "com.amazonaws.sqs#AccessDeniedException", queryCode: sqs.QueryErrorCode,
			throttled: awsjson.Error{Status: 400, Type: "com.amazonaws.sqs#RequestThrottled", Message: "The request was denied due to request throttling."},
			broken:    awsjson.Error{Status: 500, Type: "InternalFailure", Message: "The request processing has failed because of an unknown error, exception or failure."},
		},
	}
}
