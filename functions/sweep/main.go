// Command sweep finishes, every minute, what was left unfinished: links that nobody has opened in time, passwords that were claimed
// but never handed over, app passwords whose time is over, and what rotations have replaced. It seals the audit, hour by hour, and looks every
// night whether it is still as it was sealed. Once a night it begins a reconciliation with Slack.
//
// # What may be changed here
//
// Nothing is decided here: what is over, and what becomes of it, is package use/sweep's to say. The time is the event's, never the
// machine's.
package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/reconcile"
	"github.com/apppass/apppass/shared/use/seal"
	"github.com/apppass/apppass/shared/use/sweep"
)

func main() { boot.Scheduled(build) }

func build(_ context.Context, c Config, d boot.Deps) (boot.Task, error) {
	store := dynamo.NewStore(dynamodb.NewFromConfig(d.AWS), dynamo.Tables{
		Credentials: c.CredentialsTable, Verifiers: c.VerifiersTable, Ephemeral: c.EphemeralTable, Audit: c.AuditTable,
	})
	words := queue.New(sqs.NewFromConfig(d.AWS), c.BackgroundQueueURL)
	past := dynamo.NewAudit(dynamodb.NewFromConfig(d.AWS), c.AuditTable)
	return &task{
		sweep.New(store, vault.NewSealed(secretsmanager.NewFromConfig(d.AWS)), words, c.SlackTeam), seal.New(past, past, dynamo.AuditShards),
		words, c.SlackTeam, d.Log,
	}, nil
}

type task struct {
	sweeper interface {
		Sweep(ctx context.Context, now time.Time) (sweep.Swept, error)
	}
	sealer interface {
		Tick(ctx context.Context, at time.Time) (seal.Done, error)
	}
	queue interface {
		Send(ctx context.Context, j job.Job, delay time.Duration) error
	}
	team string
	log  *slog.Logger
}

// Run sweeps at the time of the event.
func (t *task) Run(ctx context.Context, at time.Time) error {
	done, err := t.sweeper.Sweep(ctx, at)
	t.log.InfoContext(ctx, "swept", "expired", done.Expired, "revoked", done.Revoked, "ended", done.Ended, "failed", done.Failed)
	return errors.Join(err, t.seal(ctx, at), t.reconcile(ctx, at))
}

// seal seals the audit and checks it. Each seal goes into the log too, which other permissions guard than the table; once a night so does a
// shard's last one, for the answer to a write may be lost. At [seal.BrokenEvent] an alarm goes off.
func (t *task) seal(ctx context.Context, at time.Time) error {
	done, err := t.sealer.Tick(ctx, at)
	for _, s := range done.Seals {
		t.log.InfoContext(ctx, "audit_sealed", "shard", s.Shard, "hour", s.Hour.Format(seal.HourFormat), "seal", s.Hash.String(), "events", s.Events)
	}
	if done.Anew && len(done.Seals) > 0 {
		t.log.ErrorContext(ctx, seal.BrokenEvent, "shard", done.Seals[0].Shard, "fault", "begun_anew")
	}
	r := done.Checked
	if r != nil && r.Hours > 0 {
		t.log.InfoContext(ctx, "audit_checked", "shard", r.Shard, "hour", r.Last.Hour.Format(seal.HourFormat), "seal", r.Last.Hash.String(), "hours", r.Hours)
	}
	if r != nil && r.Fault != "" {
		t.log.ErrorContext(ctx, seal.BrokenEvent, "shard", r.Shard, "hour", r.Broken.Format(seal.HourFormat), "fault", r.Fault)
	}
	return err
}

// reconcile leaves the nightly reconciliation with Slack to the worker.
func (t *task) reconcile(ctx context.Context, at time.Time) error {
	j, due, err := reconcile.Due(t.team, at)
	if err != nil || !due {
		return err
	}
	return t.queue.Send(ctx, j, 0)
}
