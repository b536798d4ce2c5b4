package leak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
)

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// ports notes what is asked and sent, and takes as long as it is told.
type ports struct {
	t       *testing.T
	keyring pepper.Peppers
	entries map[credential.Verifier]credential.Entry
	slow    time.Duration
	fails   map[string]error // by the call: "pepper", "store", "queue"

	calls []string
	asked []credential.Verifier
	sent  []job.Leak
}

func newPorts(t *testing.T, versions int) *ports {
	t.Helper()
	var all []string
	for n := range versions {
		state := "readable"
		if n == versions-1 {
			state = "issuing"
		}
		all = append(all, fmt.Sprintf(`{"id":%d,"key":"%s","state":"%s"}`, n+1, strings.Repeat(string(rune('a'+n)), 64), state))
	}
	keyring, err := pepper.Parse([]byte(`{"versions":[` + strings.Join(all, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return &ports{t: t, keyring: keyring, entries: map[credential.Verifier]credential.Entry{}}
}

func (p *ports) Current(context.Context) (pepper.Peppers, error) {
	p.calls = append(p.calls, "pepper")
	return p.keyring, p.fails["pepper"]
}

func (p *ports) Entries(_ context.Context, vs []credential.Verifier) ([]credential.Entry, error) {
	p.calls = append(p.calls, "store")
	time.Sleep(p.slow)
	p.asked = vs
	seen := map[credential.Verifier]bool{}
	var found []credential.Entry
	for _, v := range vs {
		if seen[v] {
			p.t.Error("a key is asked for twice, which DynamoDB refuses")
		}
		seen[v] = true
		if e, ok := p.entries[v]; ok {
			found = append(found, e)
		}
	}
	return found, p.fails["store"]
}

func (p *ports) Send(_ context.Context, j job.Job, delay time.Duration) error {
	p.calls = append(p.calls, "queue")
	args, err := job.ArgsOf[job.LeakedArgs](j)
	if err != nil || j.Kind != job.Leaked || j.ID == "" || delay != 0 {
		p.t.Errorf("sent %s %s after %v, %v", j.Kind, j.ID, delay, err)
	}
	p.sent = args.Found
	return p.fails["queue"]
}

// has stores an entry for a new password, under the pepper's oldest version where old is true.
func (p *ports) has(f password.Format, old bool, e credential.Entry) (shown string) {
	pw := password.New(f)
	v := p.keyring.Issue(pw).Verifier
	if older := p.keyring.Older(pw); old {
		v = older[len(older)-1].Verifier
	}
	e.Owner, e.Made = credential.Owner{Team: "TLOCAL", Person: "UALICE"}, now
	p.entries[v] = e
	return f.Show("app", pw.Reveal())
}

func (p *ports) report(texts ...string) error {
	return New(p, p, p, []string{"app", "mx"}, func() time.Time { return now }).Report(p.t.Context(), texts)
}

func active(id string) credential.Entry {
	return credential.Entry{Credential: id, State: credential.EntryActive}
}

func TestWhatWorksOrMayComeToWorkIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		entry credential.Entry
		found bool
	}{
		"active":                    {credential.Entry{State: credential.EntryActive}, true},
		"with an end":               {credential.Entry{State: credential.EntryActive, Expires: now.Add(time.Second)}, true},
		"not revealed":              {credential.Entry{State: credential.EntryPending}, true},
		"superseded, in its grace":  {credential.Entry{State: credential.EntrySuperseded, Ends: now.Add(time.Second)}, true},
		"superseded, past it":       {credential.Entry{State: credential.EntrySuperseded, Ends: now}, false},
		"revoked":                   {credential.Entry{State: credential.EntryRevoked}, false},
		"expired":                   {credential.Entry{State: credential.EntryExpired}, false},
		"past its end, not noticed": {credential.Entry{State: credential.EntryActive, Expires: now}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPorts(t, 1)
				c.entry.Credential = "c1"
				if err := p.report(p.has(password.General, false, c.entry)); err != nil {
					t.Fatal(err)
				}
				want := []job.Leak{}
				if c.found {
					want = append(want, job.Leak{Credential: "c1", Person: "UALICE", Team: "TLOCAL", Made: now.Unix()})
				}
				if d := cmp.Diff(want, p.sent); d != "" {
					t.Errorf("(-want +sent):\n%s", d)
				}
			})
		})
	}
}

func TestAPasswordIsFoundHoweverItIsPosted(t *testing.T) {
	for _, f := range password.Formats {
		for name, post := range map[string]func(shown string) string{
			"as it is shown":           func(s string) string { return s },
			"without hyphens":          func(s string) string { return strings.ReplaceAll(s, "-", "") },
			"with spaces":              func(s string) string { return " " + strings.ReplaceAll(s, "-", " ") + "\n" },
			"with another prefix":      func(s string) string { return strings.Replace(s, "app-", "mx-", 1) },
			"with dashes":              func(s string) string { return strings.ReplaceAll(s, "-", "\u2013") },
			"in a line of a shell":     func(s string) string { return "export IMAP_PASSWORD=" + s },
			"in quotes":                func(s string) string { return `password: "` + s + `", // mine` },
			"in a sentence":            func(s string) string { return "it is " + s + ". Thanks!" },
			"in a sentence, in groups": func(s string) string { return "try " + strings.ReplaceAll(s, "-", " ") + " I think" },
			"in a URL":                 func(s string) string { return "https://alice:" + s + "@mail.example.com/dav" },
			"in a file":                func(s string) string { return strings.Repeat("x.y=z ", 1000) + s + strings.Repeat(" more", 1000) },
		} {
			t.Run(f.Name()+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					for range 20 {
						p := newPorts(t, 2)
						if err := p.report("nothing", post(p.has(f, true, active("c1")))); err != nil {
							t.Fatal(err)
						}
						if len(p.sent) != 1 || p.sent[0].Credential != "c1" {
							t.Fatalf("found %v", p.sent)
						}
					}
				})
			})
		}
	}
}

func TestEveryTextsFirstIsFoundAndWhatElseThereIsRoomFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorts(t, pepper.MaxVersions)
		var texts []string
		for n := range Most {
			text := ""
			for m := range 2 {
				text += p.has(password.General, m == 1, active(fmt.Sprintf("c%02d %d", n, m))) + "\n"
			}
			texts = append(texts, text+text) // each of them twice
		}
		if err := p.report(texts...); err != nil {
			t.Fatal(err)
		}
		firsts := 0
		for _, l := range p.sent {
			if strings.HasSuffix(l.Credential, " 0") {
				firsts++
			}
		}
		if firsts != Most || len(p.sent) != slots {
			t.Errorf("found %d, of them %d first ones; want %d and %d", len(p.sent), firsts, slots, Most)
		}
	})
}

func TestNothingTellsOneTextFromAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for versions := range pepper.MaxVersions {
			for _, slow := range []time.Duration{0, beat / 2, beat, beat + time.Millisecond, 5 * beat / 2} {
				p := newPorts(t, versions+1)
				p.slow = slow
				works, dead := p.has(password.General, false, active("c1")), p.has(password.General, false, credential.Entry{State: credential.EntryRevoked})
				want := max(beat, (slow + beat - 1).Truncate(beat))
				for name, texts := range map[string][]string{
					"one that works": {works}, "a dead one": {dead}, "the same twice": {works, works}, "20 of all kinds": append(slices.Repeat([]string{"x"}, 18), works, dead),
					"an unknown one": {"app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"}, "a typo": {works[:len(works)-1] + "?"}, "nothing": {""}, "another kind": {"hunter2"},
					"bytes": {"\xff\x00"}, "a long text": {strings.Repeat("a b-c_d=", 2000)},
				} {
					p.calls = nil
					begun := time.Now()
					if err := p.report(texts...); err != nil {
						t.Fatal(err)
					}
					if took := time.Since(begun); took != want && slow != beat || took < want || took > 2*beat && slow == beat {
						t.Errorf("%s: answered after %v, want %v", name, took, want)
					}
					if d := cmp.Diff([]string{"pepper", "store", "queue"}, p.calls); d != "" {
						t.Errorf("%s: (-want +called):\n%s", name, d)
					}
					if got := len(p.asked); got != slots*(versions+1) || got > 100 {
						t.Errorf("%s: %d keys are looked up, want %d", name, got, slots*(versions+1))
					}
				}
			}
		}
	})
}

func TestTroubleIsTheSameForEveryText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, call := range []string{"pepper", "store", "queue"} {
			p := newPorts(t, 1)
			p.fails = map[string]error{call: problem.ErrUnavailable}
			for _, text := range []string{p.has(password.General, false, active("c1")), "hunter2"} {
				begun := time.Now()
				if err := p.report(text); !errors.Is(err, problem.ErrUnavailable) || time.Since(begun) != beat {
					t.Errorf("%s is away: got %v after %v", call, err, time.Since(begun))
				}
			}
		}
	})
}

func TestWhoHasGivenUpIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorts(t, 1)
		ctx, cancel := context.WithTimeout(t.Context(), beat/4)
		defer cancel()
		begun := time.Now()
		if err := New(p, p, p, nil, time.Now).Report(ctx, []string{"x"}); err != nil || time.Since(begun) != beat/4 {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
	})
}

func TestAReportHasOneToTwentyTexts(t *testing.T) {
	p := newPorts(t, 1)
	for _, texts := range [][]string{nil, {}, slices.Repeat([]string{"x"}, Most+1)} {
		if err := p.report(texts...); !errors.Is(err, ErrBody) || len(p.calls) > 0 {
			t.Errorf("%d texts: got %v, and called %v", len(texts), err, p.calls)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for name, text := range map[string]string{"line": "password = app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB", "16 kB of marks": strings.Repeat("a=b.c_d ", 2048)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				find([]string{text}, []string{"app"})
			}
		})
	}
}
