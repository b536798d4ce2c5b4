package stack

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/infra/local/slack/page"
)

func (s *Stack) startSlack(l *listener) error {
	path := ""
	if s.options.Dir != "" {
		path = filepath.Join(s.options.Dir, "slack.journal")
	}
	workspace, err := api.New(api.Options{
		Path: path, Clock: s.Clock, Faults: s.Faults, SigningSecret: s.options.SigningSecret, BotToken: botToken,
		AppURL: func() string { return s.APIURL }, BaseURL: func() string { return s.SlackURL },
		Tick: s.tick, ClockMoved: s.clockMoved, Observe: s.exchange,
		// Who calls Slack is not in a request of it. All but views.open is the worker's.
		Kill: func(context.Context) { s.runtime.Kill("worker") },
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, workspace.Close)
	mux := http.NewServeMux()
	mux.Handle("/", workspace)
	mux.Handle("GET /{$}", page.Handler())
	mux.Handle("GET /page/", page.Handler())
	mux.Handle("GET /api/hood", &s.hood)
	s.serve(l, mux)
	return nil
}

func (s *Stack) tick(ctx context.Context, function string, at time.Time) error {
	result, err := s.scheduler.Fire(ctx, function, at)
	if err == nil && result.Failed {
		err = fmt.Errorf("the function %s failed: %s", function, result.ErrorType)
	}
	return err
}
