package main

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/issue"
)

// presenter shows people in Slack what has come of a job: in the view or message that they look at, else in a direct message.
type presenter struct {
	slack interface {
		UpdateView(ctx context.Context, id string, v slack.ModalViewRequest) error
		DirectMessage(ctx context.Context, to string, m slackapi.Message) error
		Replace(ctx context.Context, responseURL string, m slackapi.Message) error
	}
	ui   slackui.UI
	base string // of links, without a slash at the end
}

var _ issue.Presenter = (*presenter)(nil)

// Link shows the link. Its address is in the one button only.
func (p *presenter) Link(ctx context.Context, to job.Job, o issue.Offer) error {
	url := p.base + "/r/open#" + o.Link.Fragment()
	return p.view(ctx, to, p.ui.Link(o.Account, url, o.Expires), func() slackui.Message { return p.ui.LinkMessage(o.Account, url, o.Expires) })
}

// Problem shows why there is no link.
func (p *presenter) Problem(ctx context.Context, to job.Job, why *problem.Problem) error {
	return p.view(ctx, to, p.ui.Failed(why), func() slackui.Message { return p.ui.FailedMessage(why) })
}

// errGaveUp reports a job that has failed too often. The dead letters keep it for an operator.
var errGaveUp = problem.New(problem.Unavailable, "job.gave_up")

// GaveUp says that a job has come to nothing, where its person looks for the answer.
func (p *presenter) GaveUp(ctx context.Context, to job.Job) error {
	if to.Reply.ResponseURL != "" {
		return p.replace(ctx, to, p.ui.FailedMessage(errGaveUp))
	}
	return p.Problem(ctx, to, errGaveUp)
}

func (p *presenter) view(ctx context.Context, to job.Job, v slack.ModalViewRequest, instead func() slackui.Message) error {
	if to.Reply.ViewID != "" {
		if err := p.slack.UpdateView(ctx, to.Reply.ViewID, v); !errors.Is(err, slackapi.ErrViewGone) {
			return err
		}
	}
	return p.slack.DirectMessage(ctx, to.Person, slackapi.Message(instead()))
}

// replace puts a message in the place of the one that the job came from.
func (p *presenter) replace(ctx context.Context, to job.Job, m slackui.Message) error {
	if to.Reply.ResponseURL == "" {
		return p.slack.DirectMessage(ctx, to.Person, slackapi.Message(m))
	}
	return p.slack.Replace(ctx, to.Reply.ResponseURL, slackapi.Message(m))
}
