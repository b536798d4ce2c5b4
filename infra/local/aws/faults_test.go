package aws_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/faults"
)

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault  faults.Fault
		want   string // the error's code
		effect bool
	}{
		"throttled": {faults.Fault{Target: "sqs", Operation: "CreateQueue", Kind: faults.Throttle}, "RequestThrottled", false},
		"before":    {faults.Fault{Target: "sqs", Operation: "CreateQueue", Kind: faults.Before}, "InternalFailure", false},
		"after":     {faults.Fault{Target: "sqs", Operation: "CreateQueue", Kind: faults.After}, "InternalFailure", true},
	} {
		t.Run(name, func(t *testing.T) {
			var set faults.Set
			cfg, _ := start(t, aws.Options{Faults: &set})
			c.fault.Times = 1
			if err := set.Add(c.fault); err != nil {
				t.Fatal(err)
			}
			queues := sqs.NewFromConfig(cfg)
			_, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")})
			if code(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			list, err := queues.ListQueues(t.Context(), nil)
			if err != nil || len(list.QueueUrls) == 1 != c.effect {
				t.Errorf("the operation had an effect: %v, want %v (%v)", list.QueueUrls, c.effect, err)
			}
		})
	}
}

func TestThrottlingIsEachServicesOwn(t *testing.T) {
	var set faults.Set
	cfg, _ := start(t, aws.Options{Faults: &set})
	for _, target := range []string{"dynamodb", "secretsmanager"} {
		if err := set.Add(faults.Fault{Target: target, Kind: faults.Throttle}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), nil)
	if throttled := new(dynamodbtypes.ProvisionedThroughputExceededException); !errors.As(err, &throttled) {
		t.Errorf("dynamodb: got %v", err)
	}
	_, err = secretsmanager.NewFromConfig(cfg).ListSecrets(t.Context(), nil)
	if code(err) != "ThrottlingException" {
		t.Errorf("secretsmanager: got %v", err)
	}
}

func TestAHangingCallEndsWithItsCaller(t *testing.T) {
	var set faults.Set
	var seen calls
	cfg, _ := start(t, aws.Options{Faults: &set, Observe: seen.observe})
	if err := set.Add(faults.Fault{Target: "sqs", Kind: faults.Hang}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := sqs.NewFromConfig(cfg).ListQueues(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the caller's own deadline", err)
	}
	eventually(t, "the call is observed as dropped", func() bool {
		return strings.Join(seen.list(), "\n") == "worker sqs ListQueues 0 "
	})
}

func TestADelayedCallHasItsEffectAndAnswersLate(t *testing.T) {
	var set faults.Set
	cfg, cloud := start(t, aws.Options{Faults: &set})
	if err := set.Add(faults.Fault{Target: "secretsmanager", Kind: faults.Delay, Delay: time.Hour, Times: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := secretsmanager.NewFromConfig(cfg).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: sdk.String("s"), SecretString: sdk.String("v")})
		ended <- err
	}()
	eventually(t, "the secret is there", func() bool { return cloud.Secrets().Count() == 1 })
	select {
	case err := <-ended:
		t.Errorf("answered at once, with %v", err)
	default:
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("answered before the delay was over")
	}
}

func TestKillEndsTheCallerBeforeOrAfterTheEffect(t *testing.T) {
	for name, c := range map[string]struct {
		delay time.Duration
		want  int
	}{"before": {0, 0}, "after": {1, 1}} {
		t.Run(name, func(t *testing.T) {
			var set faults.Set
			var killed atomic.Value
			cfg, cloud := start(t, aws.Options{Faults: &set, Kill: func(function string) { killed.Store(function) }})
			if err := set.Add(faults.Fault{Target: "secretsmanager", Kind: faults.Kill, Delay: c.delay, Times: 1}); err != nil {
				t.Fatal(err)
			}
			_, err := secretsmanager.NewFromConfig(cfg).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: sdk.String("s"), SecretString: sdk.String("v")})
			if refused := smithy.APIError(nil); err == nil || errors.As(err, &refused) {
				t.Errorf("got %v, want a broken connection", err)
			}
			if killed.Load() != "worker" || cloud.Secrets().Count() != c.want {
				t.Errorf("killed %v with %d secrets made, want worker with %d", killed.Load(), cloud.Secrets().Count(), c.want)
			}
		})
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
