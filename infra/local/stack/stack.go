// Package stack is apppass on one machine: the functions' real binaries on a real Runtime API, and around them what AWS and Slack put
// there, as template.yaml declares it.
//
// # What it is made of
//
//	people ─ slack/api ─┐                        ┌─ aws: dynamodb, secretsmanager, sqs
//	browsers, servers ──┴─ gateway ─ runtime ────┤
//	                       eventsource, scheduler┘
//
// Three listeners on loopback: the HTTP API, Slack, AWS; the Runtime API is a fourth, on a free port. Everything else, the clock and the
// faults too, is one instance for the whole stack, so two stacks in one process share nothing but the binaries.
//
// # What is promised
//
// State is kept in Dir, as journals; a stack that is killed at any moment and started again has lost nothing that it had answered. With
// no Dir it is kept in memory. Close ends every listener and every process.
//
// # What may be changed here
//
// This package only puts parts together: what a part does is its own. It knows the functions from the template.
package stack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/aws/iam"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/provision"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/scheduler"
	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/infra/local/template"
)

// The defaults that everyone's scripts rely on.
const (
	APIAddr       = "127.0.0.1:8080"
	SlackAddr     = "127.0.0.1:8081"
	AWSAddr       = "127.0.0.1:8082"
	SigningSecret = "local-signing-secret"
	botToken      = "xoxb-local"
)

// Options says how a stack is made.
type Options struct {
	// Root is the repository; Binaries is where package compile has put the functions.
	Root     string
	Binaries string
	// Dir is the folder that keeps the state; empty keeps it in memory.
	Dir string
	// Addresses of the three listeners, host:port; port 0 is a free one.
	APIAddr, SlackAddr, AWSAddr string
	// AWSEndpoint, if set, is used in place of the emulated AWS.
	AWSEndpoint string
	// SigningSecret is Slack's; empty is [SigningSecret].
	SigningSecret string
	// Log gets each line that a function or the stack itself logs. It is called from many goroutines.
	Log func(source, line string)
	// Observe functions, if set, hear of what passes by: for tests that count or search. They are called from many goroutines.
	ObserveAWS   func(aws.Call)
	ObserveSlack func(api.Exchange)
	// Base64Forms says whether the body of a form is base64 in the event; nil is always, as HTTP APIs do.
	Base64Forms func() bool
}

// Stack is a running stack.
type Stack struct {
	// APIURL, SlackURL and AWSURL are the listeners' bases, without a slash at the end.
	APIURL, SlackURL, AWSURL string
	Clock                    *clock.Clock
	Faults                   *faults.Set
	// Template is what runs; AWS is the emulated cloud, nil where another is used.
	Template *template.Template
	AWS      *aws.Cloud
	// Config leads an SDK client to the stack's AWS.
	Config sdk.Config
	// Roles are what the functions may do, and remember what they have done; where another AWS is used it is nobody's to say.
	Roles *iam.Rules

	options   Options
	hood      hood
	log       *slog.Logger
	runtime   *runtime.Runtime
	scheduler *scheduler.Scheduler
	closers   []func() error
	ending    context.CancelFunc
	running   sync.WaitGroup
	once      sync.Once
	ended     error
}

// New starts a stack. It returns when everything answers; ctx bounds the start only.
func New(ctx context.Context, o Options) (*Stack, error) {
	if o.SigningSecret == "" {
		o.SigningSecret = SigningSecret
	}
	s := &Stack{options: o, Faults: &faults.Set{}}
	s.log = slog.New(slog.NewJSONHandler(lines{s.line, "stack"}, nil))
	background, cancel := context.WithCancel(context.Background())
	s.ending = cancel
	if err := s.start(ctx, background); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Stack) start(ctx, background context.Context) error {
	var err error
	if s.Clock, err = s.openClock(); err != nil {
		return err
	}
	listeners, err := s.listen()
	if err != nil {
		return err
	}
	if err := s.startAWS(ctx, listeners.aws); err != nil {
		return err
	}
	if s.Template, err = s.load(listeners.slack.Addr().String()); err != nil {
		return err
	}
	if s.Roles, err = s.roles(); err != nil {
		return err
	}
	renamed, err := provision.Provision(ctx, s.Config, s.Template, provision.Values{
		"SlackSigningSecret": s.options.SigningSecret, "SlackBotToken": botToken,
	})
	if err != nil {
		return err
	}
	if err := provision.Settings(ctx, s.Config, s.Table("SettingsTable")); err != nil {
		return err
	}
	if err := s.startFunctions(renamed); err != nil {
		return err
	}
	if err := s.startSlack(listeners.slack); err != nil {
		return err
	}
	s.serve(listeners.api, gateway.New(gateway.Options{
		Routes: s.routes(), APIs: s.Template.APIs, Invoke: s.runtime.Invoke, Clock: s.Clock, Base64Forms: s.options.Base64Forms,
		Identities: []gateway.Identity{{
			AccessKeyID: aws.AccessKeyID, SecretAccessKey: aws.SecretAccessKey, UserARN: "arn:aws:iam::" + template.Account + ":user/local", UserID: "AIDALOCAL",
		}},
	}))
	if s.AWS != nil {
		s.running.Go(func() { s.expire(background) })
	}
	return s.startEvents(background, renamed)
}

// load reads the template with the local values.
func (s *Stack) load(slackAddr string) (*template.Template, error) {
	values, err := parameters(filepath.Join(s.options.Root, "infra", "local", "parameters.yaml"), slackAddr)
	if err != nil {
		return nil, err
	}
	return template.Load(filepath.Join(s.options.Root, "template.yaml"), values, template.Endpoints{AWS: s.AWSURL, HTTP: s.APIURL})
}

// Table is the name of a declared table.
func (s *Stack) Table(logicalID string) string {
	for _, t := range s.Template.Tables {
		if t.LogicalID == logicalID {
			return t.Name
		}
	}
	return logicalID
}

// serve serves a listener until the stack is closed.
func (s *Stack) serve(l *listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	l.taken = true
	s.running.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("a listener has ended", "cause", err.Error())
		}
	})
	s.closers = append(s.closers, server.Close)
}

// Close ends every process and listener and closes the journals. Closing again changes nothing.
func (s *Stack) Close() error {
	s.once.Do(func() {
		s.ending()
		for i := len(s.closers) - 1; i >= 0; i-- {
			s.ended = errors.Join(s.ended, s.closers[i]())
		}
		s.running.Wait()
	})
	return s.ended
}
