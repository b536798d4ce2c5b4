// Package boot starts a function: it reads the environment, makes the AWS configuration, the clock and the log, and hands what the
// function has built to Lambda. It is the only place that reads any of these.
//
// # What is promised
//
// A function that can't be built ends at once, with one line that names what is missing; it never serves half. A panic in an
// invocation is logged without its values and answered; the process lives on. Every AWS call has a deadline by attempt, besides the
// invocation's own.
//
// # What may be changed here
//
// [Deps] holds what every function needs. What only some need is made in their mains, so that a binary links only what it uses.
package boot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/caarlos0/env/v11"

	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/edge/telemetry"
)

// Deps is what every function is built from.
type Deps struct {
	AWS aws.Config
	Now func() time.Time
	Log *slog.Logger
}

// HTTP serves an HTTP API with what build makes of the function's configuration C, a struct with env tags.
func HTTP[C any](build func(ctx context.Context, c C, d Deps) (http.Handler, error)) {
	run(func(ctx context.Context, c C, d Deps) (any, error) {
		h, err := build(ctx, c, d)
		if err != nil {
			return nil, err
		}
		return apigw.New(h, d.Log).Handle, nil
	})
}

// SQS serves a queue with what build makes of the function's configuration C.
func SQS[C any](build func(ctx context.Context, c C, d Deps) (Jobs, error)) {
	run(func(ctx context.Context, c C, d Deps) (any, error) {
		jobs, err := build(ctx, c, d)
		if err != nil {
			return nil, err
		}
		return NewBatch(jobs, d.Log).Handle, nil
	})
}

// initTime is how long a function may take to be built; Lambda allows 10 s.
const initTime = 8 * time.Second

func run[C any](build func(ctx context.Context, c C, d Deps) (any, error)) {
	log := telemetry.NewLog()
	ctx, cancel := context.WithTimeout(context.Background(), initTime)
	defer cancel()
	handler, err := prepare(ctx, log, build)
	if err != nil {
		log.Error("the function can't start", "cause", err.Error())
		os.Exit(1)
	}
	lambda.Start(handler)
}

func prepare[C any](ctx context.Context, log *slog.Logger, build func(ctx context.Context, c C, d Deps) (any, error)) (any, error) {
	c, err := env.ParseAs[C]()
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	// A whole attempt, from connecting to the last byte, has a deadline; a few attempts with short pauses are what people wait for.
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(attemptTime)),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff })
		}))
	if err != nil {
		return nil, fmt.Errorf("make the AWS configuration: %w", err)
	}
	now, err := clock(os.Getenv("APPPASS_CLOCK_OFFSET"), aws.ToString(cfg.BaseEndpoint))
	if err != nil {
		return nil, err
	}
	return build(ctx, c, Deps{AWS: cfg, Now: now, Log: log})
}

// How an AWS call is tried.
const (
	attempts    = 3
	attemptTime = 3 * time.Second
	maxBackoff  = 300 * time.Millisecond
)

// Hasty is the configuration for who is asked by somebody with little patience: two attempts, each shorter.
func Hasty(cfg aws.Config) aws.Config {
	cfg.HTTPClient = awshttp.NewBuildableClient().WithTimeout(hastyTime)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = hastyAttempts, hastyBackoff })
	}
	return cfg
}

// How a hasty call is tried: mail servers give up after two to three seconds.
const (
	hastyAttempts = 2
	hastyTime     = 900 * time.Millisecond
	hastyBackoff  = 50 * time.Millisecond
)

// errOffset reports a clock that is moved where AWS is real.
var errOffset = errors.New("APPPASS_CLOCK_OFFSET is for a local AWS only")

// clock is the time, moved by the local stack's offset. An offset is accepted only where AWS is a loopback address.
func clock(offset, endpoint string) (func() time.Time, error) {
	if offset == "" {
		return time.Now, nil
	}
	d, err := time.ParseDuration(offset)
	if err != nil {
		return nil, fmt.Errorf("read APPPASS_CLOCK_OFFSET: %w", err)
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" && u.Hostname() != "::1" {
		return nil, errOffset
	}
	return func() time.Time { return time.Now().Add(d) }, nil
}
