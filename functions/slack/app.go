package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/list"
)

// ackTime is how long anything may take before the acknowledgement: Slack waits three seconds.
const ackTime = 2500 * time.Millisecond

// readTime bounds the read in front of views.open, for which the trigger lives three seconds.
const readTime = 300 * time.Millisecond

// app is apppass in Slack.
type app struct {
	team     string
	domains  []string // of e-mail addresses that may have app passwords; none: any
	prefixes []string
	now      func() time.Time
	log      *slog.Logger
	slack    interface {
		OpenView(ctx context.Context, trigger string, v slack.ModalViewRequest) (id string, err error)
		Replace(ctx context.Context, responseURL string, m slackapi.Message) error
		Account(ctx context.Context, person string) (person.Account, error)
		UpdateView(ctx context.Context, id, hash string, v slack.ModalViewRequest) error
		UpdateMessage(ctx context.Context, channel, ts string, m slackapi.Message) error
	}
	doors interface {
		OpenDoor(ctx context.Context, id link.ID, owner credential.Owner, login string, until time.Time) error
	}
	lister interface {
		Overview(ctx context.Context, owner credential.Owner) (list.Overview, error)
	}
	forms    forms
	services interface {
		Services(ctx context.Context) ([]service.Service, error)
	}
	queue interface {
		Send(ctx context.Context, j job.Job, delay time.Duration) error
	}
	// known is the catalog as it was read last; nil before.
	known atomic.Pointer[catalog.Catalog]
	// servers is the services as they were read last; nil before.
	servers atomic.Pointer[[]service.Service]
	// rules is the policy as it was read last; nil before.
	rules   atomic.Pointer[policy.Policy]
	presses map[string]does
	// tongues is how people are spoken to.
	tongues tongues
	// seen is what was left to the worker of people who change.
	seen changes
}

func (a *app) routes(secret secret) http.Handler {
	a.presses = a.table()
	mux := http.NewServeMux()
	for pattern, handle := range map[string]signed{
		"POST /slack/commands":     a.command,
		"POST /slack/interactions": a.interaction,
		"POST /slack/events":       a.event,
	} {
		mux.Handle(pattern, &signature{secret: secret, now: a.now, log: a.log, next: handle})
	}
	return mux
}

// send queues a job of a person's.
func (a *app) send(ctx context.Context, id string, kind job.Kind, who credential.Owner, reply job.Reply, args any, delay time.Duration) error {
	j, err := job.New(id, kind, args)
	if err != nil {
		return err
	}
	j.Person, j.Team, j.At, j.Reply = who.Person, who.Team, a.now().Unix(), reply
	return a.queue.Send(ctx, j, delay)
}

// names is the catalog for naming what is listed: the one read last. A list is one query, and an application that is newer is named by
// its id.
func (a *app) names() catalog.Catalog {
	if c := a.known.Load(); c != nil {
		return *c
	}
	return catalog.Builtin()
}

// ephemeral answers a command with a message that only its sender sees.
func ephemeral(w http.ResponseWriter, m slackui.Message) {
	answer(w, slack.WebhookMessage{ResponseType: slack.ResponseTypeEphemeral, Text: slackutilsx.EscapeMessage(m.Text), Blocks: &slack.Blocks{BlockSet: m.Blocks}})
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	// The recorder behind w takes everything.
	_ = json.NewEncoder(w).Encode(body)
}
