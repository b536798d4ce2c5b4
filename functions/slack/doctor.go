package main

import (
	"context"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// doctor leaves it to the worker to find out why a person's programs can't sign in, which takes several reads, and says that it is under
// way. id is the job's, "trigger:…". Queueing is the one AWS call before the answer: nobody may have asked for the person's language.
func (a *app) doctor(ctx context.Context, who credential.Owner, ui slackui.UI, reply job.Reply, id string) slackui.Message {
	if err := a.send(ctx, id, job.Doctor, who, reply, struct{}{}, afterAck); err != nil {
		return a.failed(ctx, ui, err)
	}
	return ui.Looking()
}
