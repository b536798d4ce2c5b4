package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/revoke"
)

// found is everything around [leaks], replaced: it keeps a ledger, and notes who is told.
type found struct {
	screen // of which only direct messages are sent

	admins  []string
	failing map[string]error // by who is told, or "revoke", "admins"
	after   credential.State // what Revoke says that it was; active if empty
	revoked []revoke.Request
	told    []string
	ledger  map[string]job.OnceStatus
}

func (f *found) Revoke(_ context.Context, r revoke.Request) (credential.Credential, error) {
	f.revoked = append(f.revoked, r)
	return credential.Credential{ID: r.Credential, Owner: r.Owner, Login: "bob@example.com", Application: "crm", Label: "of sales", State: f.after}, f.failing["revoke"]
}

func (f *found) Admins(context.Context) ([]string, error) { return f.admins, f.failing["admins"] }

func (f *found) Catalog(context.Context) (catalog.Catalog, error) { return catalog.Builtin(), nil }

func (f *found) DirectMessage(_ context.Context, to string, m slackapi.Message) (channel, ts string, err error) {
	if err := f.failing[to]; err != nil {
		return "", "", err
	}
	f.told = append(f.told, to+": "+m.Text)
	return "D1", "1.2", nil
}

func (f *found) Lease(_ context.Context, id string, _ time.Time) (job.Once, error) {
	switch f.ledger[id] {
	case job.Done:
		return job.Once{}, job.ErrDone
	case job.Leased:
		return job.Once{}, job.ErrBusy
	}
	f.ledger[id] = job.Leased
	return job.Once{}, nil
}

func (f *found) Release(_ context.Context, id string) error {
	delete(f.ledger, id)
	return nil
}

func (f *found) Finish(_ context.Context, id string) error {
	f.ledger[id] = job.Done
	return nil
}

func (f *found) do(t *testing.T, first string, all ...job.Leak) error {
	t.Helper()
	j, err := job.New("leaked:x", job.Leaked, job.LeakedArgs{Found: all})
	if err != nil {
		t.Fatal(err)
	}
	show := &presenter{slack: f, catalog: f, people: english{}}
	return (&leaks{revoker: f, ledger: f, admins: f, firstAdmin: first, show: show, lease: lease, now: time.Now}).do(t.Context(), j)
}

var (
	bobs   = job.Leak{Credential: "c0000000000000001", Person: "UBOB", Team: "TLOCAL", Made: 1795597200}
	carols = job.Leak{Credential: "c0000000000000002", Person: "UCAROL", Team: "TLOCAL", Made: 1795597300}
)

const (
	toBob   = "UBOB: Your app password CRM · of sales was found where others can read it, and is revoked. Make a new one with /apppass new."
	toAlice = "UALICE: An app password of bob@example.com for CRM was found where others can read it, and is revoked. Its owner is told."
)

func TestALeakIsRevokedAndToldToOwnerAndAdminsOnce(t *testing.T) {
	for name, c := range map[string]struct {
		admins []string
		first  string
		want   []string
	}{
		"the first admin":                    {nil, "UALICE", []string{toBob, toAlice}},
		"stored admins, and so no first one": {[]string{"UALICE"}, "UDAVE", []string{toBob, toAlice}},
		"an admin's own":                     {[]string{"UALICE", "UBOB"}, "", []string{toBob, toAlice}},
		"no admin":                           {nil, "", []string{toBob}},
		"the first admin's own":              {nil, "UBOB", []string{toBob}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &found{admins: c.admins, ledger: map[string]job.OnceStatus{}}
			for range 3 {
				if err := f.do(t, c.first, bobs); err != nil {
					t.Fatal(err)
				}
				f.after = credential.Revoked
			}
			if d := cmp.Diff(c.want, f.told); d != "" {
				t.Errorf("(-want +told):\n%s", d)
			}
			want := revoke.Request{
				Owner: credential.Owner{Team: "TLOCAL", Person: "UBOB"}, Credential: bobs.Credential, Job: "leak:c0000000000000001:1795597200",
				Actor: "apppass", Reason: "leaked", Made: time.Unix(1795597200, 0),
			}
			if d := cmp.Diff(want, f.revoked[0]); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestNobodyIsToldOfWhatNeedsNoEnd(t *testing.T) {
	for name, f := range map[string]*found{
		"made anew meanwhile": {failing: map[string]error{"revoke": credential.ErrNotFound}},
		"expired meanwhile":   {after: credential.Expired},
	} {
		if err := f.do(t, "UALICE", bobs); err != nil || len(f.told) > 0 {
			t.Errorf("%s: got %v, told %v", name, err, f.told)
		}
	}
	f := &found{}
	if err := f.do(t, "UALICE"); err != nil || len(f.revoked) > 0 {
		t.Errorf("nothing found: got %v, revoked %v", err, f.revoked)
	}
}

func TestTroubleWithOneKeepsNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		failing string
		before  int // told at the first time, of four
	}{"an owner": {"UBOB", 3}, "an admin": {"UALICE", 2}, "who the admins are": {"admins", 2}, "a revocation": {"revoke", 0}} {
		t.Run(name, func(t *testing.T) {
			f := &found{ledger: map[string]job.OnceStatus{}, failing: map[string]error{c.failing: problem.ErrUnavailable}}
			if err := f.do(t, "UALICE", bobs, carols); !errors.Is(err, problem.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			if len(f.told) != c.before || len(f.revoked) != 2 {
				t.Errorf("revoked %d, told %q", len(f.revoked), f.told)
			}
			f.failing = nil
			if err := f.do(t, "UALICE", bobs, carols); err != nil || len(f.told) != 4 {
				t.Errorf("then: %v, told %q", err, f.told)
			}
		})
	}
}

func TestALeakOfAnotherShapeIsForeign(t *testing.T) {
	f := &found{}
	if err := (&leaks{revoker: f}).do(t.Context(), job.Job{ID: "x", Args: []byte(`{"found":"c1"}`)}); !errors.Is(err, job.ErrForeign) {
		t.Errorf("got %v", err)
	}
}
