package main

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/use/list"
	"github.com/apppass/apppass/shared/use/revoke"
)

// revoked is a store of one app password.
type revoked struct {
	c   credential.Credential
	err error
}

func (r *revoked) Revoke(context.Context, revoke.Request) (credential.Credential, error) {
	return r.c, r.err
}
func (r *revoked) Overview(context.Context, credential.Owner) (list.Overview, error) {
	return list.Overview{}, nil
}
func (r *revoked) Catalog(context.Context) (catalog.Catalog, error) { return catalog.Builtin(), nil }

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
			store := &revoked{credential.Credential{ID: "c0123456789abcdef", Application: "crm", State: c.state, Ended: c.ended}, c.err}
			show := &presenter{slack: s, people: english{}, log: slog.New(slog.NewJSONHandler(&log, nil))}
			r := &revocations{revoker: store, lister: store, catalog: store, show: show, now: func() time.Time { return pressed }}
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
