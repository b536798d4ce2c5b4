package stack

import (
	"context"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"go.yaml.in/yaml/v3"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/compile"
	"github.com/apppass/apppass/infra/local/eventsource"
	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/runtime"
	"github.com/apppass/apppass/infra/local/scheduler"
	"github.com/apppass/apppass/infra/local/template"
)

// Functions are the names of the functions that the template at path declares, in its order: the folders under functions/.
func Functions(root string) ([]string, error) {
	values, err := parameters(root+"/infra/local/parameters.yaml", SlackAddr)
	if err != nil {
		return nil, err
	}
	t, err := template.Load(root+"/template.yaml", values, template.Endpoints{})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(t.Functions))
	for i, f := range t.Functions {
		names[i] = nameOf(f)
	}
	return names, nil
}

// nameOf is what a function is called locally: the folder of its source.
func nameOf(f template.Function) string { return path.Base(f.CodeURI) }

// parameters reads the local values of the template's parameters.
func parameters(file, slackAddr string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the local parameters: %w", err)
	}
	values := map[string]string{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("read the local parameters: %w", err)
	}
	for name, value := range values {
		values[name] = strings.ReplaceAll(value, "{slack}", slackAddr)
	}
	return values, nil
}

// startFunctions makes the functions known to the runtime; their processes start at first use.
func (s *Stack) startFunctions(renamed map[string]string) error {
	r, err := runtime.New(runtime.Options{Clock: s.Clock, Faults: s.Faults, Log: s.line})
	if err != nil {
		return err
	}
	s.runtime = r
	s.closers = append(s.closers, r.Close)
	for _, f := range s.Template.Functions {
		name := nameOf(f)
		env := map[string]string{
			"AWS_ACCESS_KEY_ID": aws.AccessKeyID, "AWS_SECRET_ACCESS_KEY": aws.SecretAccessKey, "AWS_REGION": aws.Region,
			"AWS_ENDPOINT_URL": s.AWSURL, "AWS_SDK_UA_APP_ID": name,
			"AWS_LAMBDA_LOG_FORMAT": "JSON", // as the template's LoggingConfig says of all
		}
		for variable, value := range f.Environment {
			if actual, ok := renamed[value]; ok {
				value = actual
			}
			env[variable] = value
		}
		if err := r.Add(runtime.Function{
			Name: name, Binary: compile.Binary(s.options.Binaries, name), Env: env, Timeout: f.Timeout, MemorySize: f.MemorySize,
			Concurrency: f.ReservedConcurrency,
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stack) routes() []gateway.Route {
	routes := gateway.Routes(s.Template.Functions)
	for i := range routes {
		routes[i].Function = s.local(routes[i].Function)
	}
	return routes
}

// local is what the function of a declared name is called here.
func (s *Stack) local(declared string) string {
	for _, f := range s.Template.Functions {
		if f.Name == declared {
			return nameOf(f)
		}
	}
	return declared
}

// startEvents begins to poll the queues and to fire the schedules.
func (s *Stack) startEvents(background context.Context, renamed map[string]string) error {
	client := sqs.NewFromConfig(s.Config)
	for _, f := range s.Template.Functions {
		for _, e := range f.Queues {
			m, ok := s.mapping(f, e, renamed)
			if !ok {
				continue
			}
			s.running.Go(func() {
				if err := eventsource.Run(background, client, m, s.runtime.InvokeBatch, s.log); err != nil {
					s.log.Error("a queue is not polled", "queue", m.QueueARN, "cause", err.Error())
				}
			})
		}
	}
	schedules := scheduler.Schedules(s.Template.Functions)
	for i := range schedules {
		schedules[i].Function = s.local(schedules[i].Function)
	}
	var err error
	if s.scheduler, err = scheduler.New(scheduler.Options{Clock: s.Clock, Invoke: s.runtime.Invoke, Schedules: schedules}); err != nil {
		return err
	}
	s.running.Go(func() { s.scheduler.Run(background) })
	return nil
}

func (s *Stack) mapping(f template.Function, e template.QueueEvent, renamed map[string]string) (eventsource.Mapping, bool) {
	for _, q := range s.Template.Queues {
		if q.LogicalID == e.Queue && e.Enabled {
			return eventsource.Mapping{
				QueueURL: renamed[q.URL], QueueARN: renamed[q.ARN], Function: nameOf(f), BatchSize: e.BatchSize, BatchWindow: e.Window,
				MaxConcurrency: e.MaxConcurrency, ReportBatchItemFailures: e.ReportBatchItemFailures,
			}, true
		}
	}
	return eventsource.Mapping{}, false
}
