package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
)

// practice is everything around [doctors], replaced. What is in away fails.
type practice struct {
	screen
	log    bytes.Buffer
	finds  diagnosis.Diagnosis
	away   []string
	asked  []credential.Owner
	status job.OnceStatus
	hangs  bool // reads come to nothing before their time is over
}

func (p *practice) fails(what string) error {
	if slices.Contains(p.away, what) {
		return fmt.Errorf("%s: %w", what, problem.ErrUnavailable)
	}
	return nil
}

func (p *practice) Diagnose(ctx context.Context, owner credential.Owner) diagnosis.Diagnosis {
	p.asked = append(p.asked, owner)
	if p.hangs {
		<-ctx.Done()
		p.finds.Trouble = ctx.Err()
	}
	return p.finds
}

func (p *practice) Catalog(context.Context) (catalog.Catalog, error) {
	return catalog.Catalog{{ID: "crm", Name: "The company's CRM"}}, p.fails("catalog")
}

func (p *practice) Lease(context.Context, string, time.Time) (job.Once, error) {
	switch {
	case p.fails("lease") != nil:
		return job.Once{}, p.fails("lease")
	case p.status == job.Done:
		return job.Once{}, job.ErrDone
	case p.status == job.Leased:
		return job.Once{}, job.ErrBusy
	}
	p.status = job.Leased
	return job.Once{}, nil
}

func (p *practice) Release(context.Context, string) error {
	p.status = ""
	return nil
}

func (p *practice) Finish(context.Context, string) error {
	if err := p.fails("finish"); err != nil {
		return err
	}
	p.status = job.Done
	return nil
}

// Replace shows a message, in the time that is left for it.
func (p *practice) Replace(ctx context.Context, responseURL string, m slackapi.Message) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return p.screen.Replace(ctx, responseURL, m)
}

// reads is the first message as it is sent.
func (p *practice) reads(t *testing.T) string {
	t.Helper()
	body, err := json.Marshal(p.said[0].Blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// asks is /apppass doctor of Alice's.
func (p *practice) asks(ctx context.Context) error {
	log := slog.New(slog.NewJSONHandler(&p.log, nil))
	show := &presenter{slack: p, catalog: p, people: english{}, base: "https://apppass.example", log: log}
	d := &doctors{doctor: p, ledger: p, show: show, lease: lease, now: time.Now, log: log}
	return d.do(ctx, job.Job{
		ID: "trigger:1", Kind: job.Doctor, Person: "UALICE", Team: "TLOCAL", Reply: job.Reply{ResponseURL: "https://hooks.slack.com/commands/T/1/secret"},
	})
}

func TestADiagnosisIsToldToWhoAskedAndOnce(t *testing.T) {
	p := &practice{finds: diagnosis.Diagnosis{Login: "alice@example.com", Findings: []diagnosis.Finding{
		{Cause: diagnosis.Revoked, Times: 1, Credential: &credential.Credential{ID: "c0000000000000001", Application: "crm"}},
	}}}
	for range 2 {
		if err := p.asks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.said) != 1 || p.shown[0] != "in place of https://hooks.slack.com/commands/T/1/secret" || len(p.asked) != 1 {
		t.Errorf("shown %q after asking for %v", p.shown, p.asked)
	}
	if p.asked[0] != (credential.Owner{Team: "TLOCAL", Person: "UALICE"}) {
		t.Errorf("it is of %v", p.asked[0])
	}
	if said := p.reads(t); !strings.Contains(said, "The company's CRM was sent, and it is revoked") || !strings.Contains(said, "https://apppass.example/r/open") {
		t.Errorf("she reads %s", said)
	}
	if strings.Contains(p.log.String(), "hooks.slack.com") {
		t.Errorf("the log has where she is answered:\n%s", &p.log)
	}
}

func TestADiagnosisThatCannotBeShownComesAgain(t *testing.T) {
	p := &practice{screen: screen{replace: problem.ErrUnavailable}}
	if err := p.asks(t.Context()); !errors.Is(err, problem.ErrUnavailable) || p.status != "" {
		t.Errorf("got %v, and the job is %q", err, p.status)
	}
	p.screen.replace = nil
	if err := p.asks(t.Context()); err != nil || p.status != job.Done {
		t.Errorf("then: got %v, and the job is %q", err, p.status)
	}
	p = &practice{status: job.Leased}
	if err := p.asks(t.Context()); !errors.Is(err, job.ErrBusy) || len(p.shown) > 0 {
		t.Errorf("while another one is at it: got %v, shown %q", err, p.shown)
	}
}

// Who asks while storage is away has to be told just that.
func TestTroubleOfStorageIsTold(t *testing.T) {
	p := &practice{away: []string{"lease", "finish", "catalog"}, finds: diagnosis.Diagnosis{Trouble: problem.ErrUnavailable}}
	if err := p.asks(t.Context()); err != nil || len(p.said) != 1 {
		t.Fatalf("got %v, said %d", err, len(p.said))
	}
	reference := (job.Job{ID: "trigger:1"}).Reference()
	if said := p.reads(t); !strings.Contains(said, "trouble of our own") || !strings.Contains(said, reference) || strings.Contains(said, "was refused") {
		t.Errorf("she reads %s", said)
	}
	if !strings.Contains(p.log.String(), `"reference":"`+reference+`"`) {
		t.Errorf("%s is not in the log:\n%s", reference, &p.log)
	}
}

func TestStorageThatHangsIsToldInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := &practice{hangs: true}, time.Now()
		if err := p.asks(t.Context()); err != nil || len(p.said) != 1 || !strings.Contains(p.said[0].Text, "trouble of our own") {
			t.Errorf("got %v, said %v", err, p.said)
		}
		if waited := time.Since(began); waited != readsTime {
			t.Errorf("after %v", waited)
		}
	})
}
