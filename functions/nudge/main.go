// Command nudge finds, every quarter of an hour, whose app passwords have to be looked at, and leaves each of them to the worker.
//
// # What may be changed here
//
// Nothing is decided here: an index says whom to look at, and the worker whether there is something to say. The time is the event's, never
// the machine's.
package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/nudge"
)

func main() { boot.Scheduled(build) }

func build(_ context.Context, c Config, d boot.Deps) (boot.Task, error) {
	index := dynamo.NewNudges(dynamodb.NewFromConfig(d.AWS), c.CredentialsTable, "")
	return &task{nudge.NewTicker(index, queue.New(sqs.NewFromConfig(d.AWS), c.BackgroundQueueURL), c.SlackTeam), d.Log}, nil
}

type task struct {
	ticker interface {
		Tick(ctx context.Context, now time.Time) (nudge.Ticked, error)
	}
	log *slog.Logger
}

// Run ticks at the time of the event.
func (t *task) Run(ctx context.Context, at time.Time) error {
	done, err := t.ticker.Tick(ctx, at)
	t.log.InfoContext(ctx, "ticked", "due", done.Due, "queued", done.Queued, "more", done.More)
	return err
}
