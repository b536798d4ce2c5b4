// Package contract is what apppass relies on at AWS, written as behaviours that a client sees: one suite a service, through the AWS
// SDK only, so that it can be run on the emulator, on another stand-in, and on AWS itself.
//
// # How to run it
//
// The package's tests run every suite on the emulator and, where moto_server is in PATH, on moto, whose faults are listed with
// their reasons: a fault that is no longer one fails the test. With APPPASS_CONTRACT_ENDPOINT set to a URL, or to "aws", the suites
// run there too, with the environment's credentials and region; they delete what they made.
//
// # Recorded answers
//
// What the SDK does not show is in testdata: whole requests and answers, a file for what belongs together, written by hand but for the
// answers. Each run makes the requests of a fresh emulator and compares status, headers and body, so that a change of an answer's shape is
// seen in review. With -record the answers are written anew, from AWS where APPPASS_CONTRACT_ENDPOINT says so; each file says where its
// answers are from.
//
// # What may be changed here
//
// A behaviour belongs here if AWS documents it and the product, or the local stack's event source mapping, depends on it. It must hold on AWS:
// what AWS may delay is asked for again, and what only the emulator can do (switches, the clock, its refusals) is tested
// beside the emulator.
package contract

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
)

// KnownFault is a behaviour that a stand-in for AWS is known to get wrong, and how.
type KnownFault struct {
	// Behaviour is the name of the behaviour's subtest, without its parents.
	Behaviour string
	// Why is what the stand-in does instead.
	Why string
}

// behaviour is one thing that a service does, as a client sees it.
type behaviour struct {
	name  string
	check func(v *verdict)
}

// verdict is what a behaviour's check reports to: unlike a [testing.T] it can fail without failing the test.
type verdict struct {
	ctx      context.Context
	failures []string
}

func (v *verdict) errorf(format string, args ...any) {
	v.failures = append(v.failures, fmt.Sprintf(format, args...))
}

func (v *verdict) fatalf(format string, args ...any) {
	v.errorf(format, args...)
	runtime.Goexit()
}

// must ends the check if a call failed.
func (v *verdict) must(err error) {
	if err != nil {
		v.fatalf("unexpected: %v", err)
	}
}

// refused reports a call that was not refused with the code, as the SDK tells it, or with one of several.
func (v *verdict) refused(err error, codes ...string) {
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		v.errorf("got %v, want %s", err, strings.Join(codes, " or "))
		return
	}
	for _, code := range codes {
		if refused.ErrorCode() == code {
			return
		}
	}
	v.errorf("got %s (%s), want %s", refused.ErrorCode(), refused.ErrorMessage(), strings.Join(codes, " or "))
}

// eventually asks until ok, which AWS may delay, or until a minute is over.
func (v *verdict) eventually(what string, ok func() bool) {
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.fatalf("waited in vain: %s", what)
		}
	}
}

// run checks all behaviours, together where most of them wait; and that those which are known not to hold don't, else the list of
// faults is out of date.
func run(t *testing.T, behaviours []behaviour, together bool, known []KnownFault) {
	why := map[string]string{}
	for _, k := range known {
		why[k.Behaviour] = k.Why
	}
	verdicts := make([]chan *verdict, len(behaviours))
	for i, b := range behaviours {
		verdicts[i] = make(chan *verdict, 1)
		over := make(chan struct{})
		go func() {
			v := &verdict{ctx: t.Context()}
			defer func() { verdicts[i] <- v; close(over) }() // after fatalf too
			b.check(v)
		}()
		if !together {
			<-over
		}
	}
	for i, b := range behaviours {
		reason, isKnown := why[b.name]
		delete(why, b.name)
		t.Run(b.name, func(t *testing.T) {
			v := <-verdicts[i]
			switch {
			case isKnown && len(v.failures) == 0:
				t.Errorf("it holds, but is on the list of known faults: %s", reason)
			case isKnown:
				t.Logf("known: %s (%s)", reason, strings.Join(v.failures, "; "))
			case len(v.failures) > 0:
				t.Error(strings.Join(v.failures, "\n"))
			}
		})
	}
	for name := range why {
		t.Errorf("the list of known faults names %q, which is no behaviour", name)
	}
}

// unique is a name that no other run uses.
func unique() string { return "contract-" + strings.ToLower(rand.Text()[:16]) }
