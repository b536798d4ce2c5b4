package main

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/list"
	"github.com/apppass/apppass/shared/use/revoke"
)

// revoked is a store of one app password.
type revoked struct {
	c     credential.Credential
	err   error
	place job.Reply // of its link
	away  error     // what reading that comes to
}

func (r *revoked) Reveal(_ context.Context, id link.ID) (link.Reveal, error) {
	if string(id) != r.c.Reveal {
		return link.Reveal{}, link.ErrUnknown
	}
	return link.Reveal{ID: id, Place: r.place}, r.away
}

func (r *revoked) Revoke(context.Context, revoke.Request) (credential.Credential, error) {
	return r.c, r.err
}
func (r *revoked) Overview(context.Context, credential.Owner) (list.Overview, error) {
	return list.Overview{}, nil
}
func (r *revoked) Catalog(context.Context) (catalog.Catalog, error) { return catalog.Builtin(), nil }

func (h *house) Reveal(context.Context, link.ID) (link.Reveal, error) {
	return link.Reveal{}, link.ErrUnknown
}

func TestAPressOfRevokeSaysWhatIsNowTheCase(t *testing.T) {
	pressed := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		state credential.State
		ended time.Time
		err   error
		want  string
	}{
		{"by this press", credential.Active, time.Time{}, nil, "Revoked: CRM. It does not work any more."},
		{"by a delivery of this press before", credential.Revoked, pressed.Add(time.Second), nil, "Revoked: CRM. It does not work any more."},
		{"before", credential.Revoked, pressed.Add(-time.Second), nil, "CRM was revoked before. Nothing was changed now. It does not work."},
		{"expired before", credential.Expired, pressed.Add(-time.Second), nil, "CRM had expired before. Nothing was changed now. It does not work."},
		{"of nobody", "", time.Time{}, credential.ErrNotFound, "There is no such app password of yours. Nothing was changed. See what you have with /apppass list."},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			s, j := &screen{}, answered
			j.At = pressed.Unix()
			store := &revoked{c: credential.Credential{ID: "c0123456789abcdef", Application: "crm", State: c.state, Ended: c.ended}, err: c.err}
			show := &presenter{slack: s, people: english{}, log: slog.New(slog.NewJSONHandler(&log, nil))}
			r := &revocations{revoker: store, lister: store, catalog: store, links: store, show: show, now: func() time.Time { return pressed }}
			if err := r.do(t.Context(), j); err != nil {
				t.Fatal(err)
			}
			if len(s.said) != 1 || s.said[0].Text != c.want {
				t.Fatalf("got %+v, want %s", s.said, c.want)
			}
			if reference := `"reference":"` + j.Reference() + `"`; strings.Contains(log.String(), reference) != (c.err != nil) {
				t.Errorf("logged %s", &log)
			}
		})
	}
}

func TestNoButtonIsLeftWhereTheLinkOfWhatIsRevokedWasShown(t *testing.T) {
	const answer = "in place of https://hooks.slack.com/actions/T/1/x"
	view, message := job.Reply{ViewID: "V1"}, job.Reply{Channel: "D1", TS: "1.2"}
	for name, c := range map[string]struct {
		state  credential.State
		store  revoked
		screen screen
		reply  job.Reply
		want   []string
		says   string // in the message at the place
		logged bool
	}{
		"in a message":        {credential.Active, revoked{place: message}, screen{}, answered.Reply, []string{"message D1 1.2", answer}, "Revoked: CRM. It does not work any more.", false},
		"ended before":        {credential.Expired, revoked{place: message}, screen{}, answered.Reply, []string{"message D1 1.2", answer}, "CRM had expired before. Nothing was changed now. It does not work.", false},
		"in a view":           {credential.Active, revoked{place: view}, screen{}, answered.Reply, []string{"view V1", answer}, "", false},
		"in a view of before": {credential.Active, revoked{place: view}, screen{view: slackapi.ErrViewGone}, answered.Reply, []string{"view V1", answer}, "", false},
		"in the message that came when the view was closed": {
			credential.Active, revoked{place: job.Reply{ViewID: "V1", Channel: "D1", TS: "1.2"}}, screen{view: slackapi.ErrViewGone}, answered.Reply,
			[]string{"view V1", "message D1 1.2", answer}, "Revoked: CRM. It does not work any more.", false,
		},
		"where it is answered": {credential.Active, revoked{place: view}, screen{}, view, []string{"view V1"}, "", false},
		"nowhere":              {credential.Active, revoked{}, screen{}, answered.Reply, []string{answer}, "", false},
		"forgotten":            {credential.Active, revoked{away: link.ErrUnknown}, screen{}, answered.Reply, []string{answer}, "", false},
		"storage is away":      {credential.Active, revoked{place: message, away: problem.ErrUnavailable}, screen{}, answered.Reply, []string{answer}, "", true},
		"Slack is away":        {credential.Active, revoked{place: message}, screen{message: problem.ErrUnavailable}, answered.Reply, []string{"message D1 1.2", answer}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			j, store, s := answered, c.store, c.screen
			j.At, j.Reply = time.Unix(1795597200, 0).Unix(), c.reply
			store.c = credential.Credential{ID: "c0123456789abcdef", Application: "crm", State: c.state, Reveal: "r"}
			if c.state == credential.Expired {
				store.c.Ended = time.Unix(j.At-1, 0)
			}
			show := &presenter{slack: &s, people: english{}, log: slog.New(slog.NewJSONHandler(&log, nil))}
			if err := (&revocations{revoker: &store, lister: &store, catalog: &store, links: &store, show: show, now: time.Now}).do(t.Context(), j); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.shown, c.want) || strings.Contains(log.String(), "stays as it was") != c.logged {
				t.Errorf("got %q, want %q; logged %s", s.shown, c.want, &log)
			}
			if c.says != "" && s.said[0].Text != c.says {
				t.Errorf("it says %q, want %q", s.said[0].Text, c.says)
			}
		})
	}
}

func TestALinkWhoseTimeIsOverIsTakenFromWhereItIsShown(t *testing.T) {
	view, message := job.Reply{ViewID: "V1"}, job.Reply{Channel: "D1", TS: "1.2"}
	for name, c := range map[string]struct {
		place job.Reply
		from  credential.Verifier
		view  error
		want  []string
	}{
		"in a message":                     {message, "", nil, []string{"message D1 1.2"}},
		"in a view":                        {view, "", nil, []string{"view V1"}},
		"in a view that is closed":         {view, "", slackapi.ErrViewGone, []string{"view V1"}},
		"of a rotation":                    {message, "old", nil, []string{"message D1 1.2", "message to UALICE"}},
		"of a rotation, in a view":         {view, "old", nil, []string{"view V1", "message to UALICE"}},
		"of a rotation, in a closed view":  {view, "old", slackapi.ErrViewGone, []string{"view V1", "message to UALICE"}},
		"of a rotation that nobody showed": {job.Reply{}, "old", nil, []string{"message to UALICE"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &screen{view: c.view}
			r := link.Reveal{ID: "r", Owner: credential.Owner{Person: "UALICE"}, Place: c.place, Rotation: link.Rotation{From: c.from}, Account: link.Account{Application: "CRM"}}
			if err := (&presenter{slack: s, people: english{}}).Unread(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.shown, c.want) {
				t.Errorf("got %q, want %q", s.shown, c.want)
			}
			for _, m := range s.said {
				if !strings.HasPrefix(m.Text, map[bool]string{true: "This link has expired. Nothing was changed.", false: "Nobody opened the link"}[c.from == ""]) {
					t.Errorf("it says %q", m.Text)
				}
			}
		})
	}
}

// places notes where it is said what became of a link.
type places struct {
	shown []string
	err   error
}

func (p *places) Shown(_ context.Context, id link.ID, place job.Reply) error {
	p.shown = append(p.shown, string(id)+" "+place.Channel+" "+place.TS)
	return p.err
}

func TestWhereAFirstUseIsToldIsKnownLater(t *testing.T) {
	for name, c := range map[string]struct {
		place job.Reply
		first bool
		view  error
		err   error
		want  []string
	}{
		"in the view":                          {job.Reply{ViewID: "V1"}, true, nil, nil, nil},
		"in a message, as the view is closed":  {job.Reply{ViewID: "V1"}, true, slackapi.ErrViewGone, nil, []string{"r D1 1.2"}},
		"in a message, and that is not noted":  {job.Reply{}, true, nil, link.ErrUnknown, []string{"r D1 1.2"}},
		"in the message with the link":         {job.Reply{Channel: "D1", TS: "1.1"}, true, nil, nil, nil},
		"not of a use that is not the first":   {job.Reply{}, false, nil, nil, nil},
		"in the message that was noted before": {job.Reply{ViewID: "V1", Channel: "D1", TS: "1.1"}, true, slackapi.ErrViewGone, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, at := &screen{view: c.view}, &places{err: c.err}
			show := &presenter{slack: s, people: english{}, catalog: &revoked{}, places: at, log: slog.New(slog.DiscardHandler)}
			of := credential.Credential{ID: "c0123456789abcdef", Application: "crm", Reveal: "r"}
			if err := show.Used(t.Context(), of, c.place, time.Unix(1795597200, 0), job.UsedArgs{First: c.first, Network: "192.0.2.0/24"}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(at.shown, c.want) || len(s.shown) == 0 {
				t.Errorf("noted %q, want %q; shown %q", at.shown, c.want, s.shown)
			}
		})
	}
}
