package world

import (
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/core/job"
)

// Leaves leaves a job of a person's for the worker, as the slack function does, where there is no button for it.
func (w *World) Leaves(p *Person, id string, kind job.Kind, args any) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	j, err := job.New(id, kind, args)
	if err != nil {
		w.t.Fatal(err)
	}
	j.Person, j.Team, j.At = p.ID, "TLOCAL", w.Clock.Now().Unix()
	for _, q := range w.Template.Queues {
		if q.LogicalID == "RequestsQueue" {
			err = queue.New(sqs.NewFromConfig(w.Config), q.URL).Send(ctx, j, 0)
		}
	}
	if err != nil {
		w.t.Fatalf("leave a job: %v", err)
	}
}
