package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/revoke"
)

// screen is what people in Slack see; it fails as it is told.
type screen struct {
	view, message, replace error

	shown []string // where, in order: "view V1"
	views []slack.ModalViewRequest
	said  []slackapi.Message
}

func (*screen) Account(context.Context, string) (person.Account, error) {
	return person.Account{Locale: "en-US"}, nil
}

func (s *screen) UpdateView(_ context.Context, id, _ string, v slack.ModalViewRequest) error {
	s.shown, s.views = append(s.shown, "view "+id), append(s.views, v)
	return s.view
}

func (s *screen) DirectMessage(_ context.Context, to string, m slackapi.Message) (channel, ts string, err error) {
	s.shown, s.said = append(s.shown, "message to "+to), append(s.said, m)
	return "D1", "1.2", s.message
}

func (s *screen) UpdateMessage(_ context.Context, channel, ts string, m slackapi.Message) error {
	s.shown, s.said = append(s.shown, "message "+channel+" "+ts), append(s.said, m)
	return s.message
}

func (s *screen) Replace(_ context.Context, responseURL string, m slackapi.Message) error {
	s.shown, s.said = append(s.shown, "in place of "+responseURL), append(s.said, m)
	return s.replace
}

// english is people of whom nothing is known.
type english struct{}

func (english) Preferences(context.Context, credential.Owner) (person.Preferences, error) {
	return person.Preferences{}, nil
}

var (
	inView   = job.Job{Person: "UALICE", Team: "TLOCAL", Reply: job.Reply{ViewID: "V1"}}
	nowhere  = job.Job{Person: "UALICE", Team: "TLOCAL"}
	answered = job.Job{
		V: job.Version, ID: "trigger:1", Kind: job.Revoke, Person: "UALICE", Team: "TLOCAL", Reply: job.Reply{ResponseURL: "https://hooks.slack.com/actions/T/1/x"},
		Args: json.RawMessage(`{"credential":"c0123456789abcdef"}`),
	}
)

func TestTheLinkIsShownWhereThePersonLooks(t *testing.T) {
	limited := &job.Later{After: time.Second, Err: problem.ErrUnavailable}
	for _, c := range []struct {
		name string
		to   job.Job
		view error
		want []string
		err  error
	}{
		{"in the view", inView, nil, []string{"view V1"}, nil},
		{"in a message, as the view is closed", inView, slackapi.ErrViewGone, []string{"view V1", "message to UALICE"}, nil},
		{"in a message, as there is no view", nowhere, nil, []string{"message to UALICE"}, nil},
		{"later, as Slack says", inView, limited, []string{"view V1"}, limited},
		{"later, as Slack is away", inView, problem.ErrUnavailable, []string{"view V1"}, problem.ErrUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			for what, show := range map[string]func(p *presenter) error{
				"link": func(p *presenter) error {
					place, err := p.Link(t.Context(), c.to, issue.Offer{Link: link.New(), Account: link.Account{Application: "CRM"}, Expires: time.Unix(1795597200, 0)})
					if err == nil && (place.ViewID == "") == (place.Channel == "") {
						t.Errorf("the link stands at %v", place)
					}
					return err
				},
				"problem": func(p *presenter) error { return p.Problem(t.Context(), c.to, catalog.ErrUnknown) },
			} {
				s := &screen{view: c.view}
				if err := show(&presenter{slack: s, people: english{}, base: "https://apppass.example", log: slog.New(slog.DiscardHandler)}); !errors.Is(err, c.err) {
					t.Errorf("%s: got %v, want %v", what, err, c.err)
				}
				if d := cmp.Diff(c.want, s.shown); d != "" {
					t.Errorf("%s (-want +got):\n%s", what, d)
				}
			}
		})
	}
}

func TestTheLinkStandsInAButtonAndInNoText(t *testing.T) {
	l := link.New()
	want := "https://apppass.example/r/open#" + l.Fragment()
	s := &screen{view: slackapi.ErrViewGone}
	p := &presenter{slack: s, people: english{}, base: "https://apppass.example", log: slog.New(slog.DiscardHandler)}
	if _, err := p.Link(t.Context(), inView, issue.Offer{Link: l, Account: link.Account{Application: "CRM", Label: "x"}, Expires: time.Unix(1795597200, 0)}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.said[0].Text, l.Fragment()) {
		t.Errorf("the notification says %s", s.said[0].Text)
	}
	for place, blocks := range map[string]any{"view": s.views[0].Blocks.BlockSet, "message": s.said[0].Blocks} {
		body, err := json.Marshal(blocks)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(body), l.Fragment()) != 1 || !strings.Contains(string(body), `"url":"`+want+`"`) {
			t.Errorf("%s: got %s, want %s in one button", place, body, want)
		}
		for _, p := range blockkit.CheckBlocks(body) {
			t.Errorf("Slack refuses it: %v", p)
		}
	}
}

func TestARevocationIsSaidAfterItIsDone(t *testing.T) {
	left := []credential.Credential{{ID: "c0000000000000002", Application: "crm", State: credential.Active, Made: time.Unix(1795597200, 0)}}
	h := newHouse()
	h.left = left
	if err := h.do(t.Context(), message(t, answered)); err != nil {
		t.Fatal(err)
	}
	want := []revoke.Request{{Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Credential: "c0123456789abcdef", Job: "trigger:1"}}
	if d := cmp.Diff(want, h.revoked); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"in place of https://hooks.slack.com/actions/T/1/x"}, h.slack.shown); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	body, err := json.Marshal(h.slack.said[0].Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(h.slack.said[0].Text, "Revoked: Thunderbird · laptop.") || !strings.Contains(string(body), "c0000000000000002") {
		t.Errorf("got %s, %s", h.slack.said[0].Text, body)
	}
}

func TestARevocationThatIsNotDoneIsNotSaid(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string // in the message; empty: none, and the job comes again
	}{
		{"not theirs", credential.ErrNotFound, "no such app password of yours"},
		{"storage is away", problem.ErrUnavailable, ""},
		{"overtaken", revoke.ErrChanged, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.err = c.err
			err := h.do(t.Context(), message(t, answered))
			switch {
			case c.want == "" && (!errors.Is(err, c.err) || len(h.slack.said) > 0):
				t.Errorf("got %v, and said %v", err, h.slack.said)
			case c.want != "" && (err != nil || len(h.slack.said) != 1 || !strings.Contains(h.slack.said[0].Text, c.want)):
				t.Errorf("got %v, and said %v", err, h.slack.said)
			}
		})
	}
}

func TestARevocationWithoutAMessageIsToldDirectly(t *testing.T) {
	h := newHouse()
	j := answered
	j.Reply = job.Reply{}
	if err := h.do(t.Context(), message(t, j)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"message to UALICE"}, h.slack.shown); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAUsedLinkIsTakenFromWhereItStood(t *testing.T) {
	used := link.Reveal{Account: link.Account{Application: "CRM"}, Credential: "c0123456789abcdef", State: link.Claimed, ClaimedAt: time.Unix(1795597200, 0)}
	for name, c := range map[string]struct {
		place job.Reply
		view  error
		want  []string
	}{
		"a view":           {job.Reply{ViewID: "V1"}, nil, []string{"view V1"}},
		"a closed view":    {job.Reply{ViewID: "V1"}, slackapi.ErrViewGone, []string{"view V1"}},
		"a message":        {job.Reply{Channel: "D1", TS: "1.2"}, nil, []string{"message D1 1.2"}},
		"nowhere, not yet": {job.Reply{}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := &screen{view: c.view}
			used.Place = c.place
			if err := (&presenter{slack: s, people: english{}}).Revealed(t.Context(), used); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.shown, c.want) {
				t.Errorf("got %q, want %q", s.shown, c.want)
			}
		})
	}
}
