package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
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
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/home"
)

// queued is a queue that keeps jobs.
type queued struct {
	broken error
	jobs   []job.Job
	delays []time.Duration
}

func (q *queued) Send(_ context.Context, j job.Job, delay time.Duration) error {
	q.jobs, q.delays = append(q.jobs, j), append(q.delays, delay)
	return q.broken
}

// tab is everything around home tabs.
type tab struct {
	log       bytes.Buffer
	live      int   // how many app passwords there are
	overtaken int   // how often they change while the tab is published
	broken    error // what looking comes to
	refuses   error // what choosing comes to
	publish   []error
	account   error
	known     person.Preferences

	published []slack.HomeTabViewRequest
	learned   []string
	preferred []string
	refreshed []string // whose last digest
}

func (h *tab) Look(context.Context, credential.Owner) (home.Shown, error) {
	s := home.Shown{At: time.Unix(1795597200, 0), Speak: h.known, Applications: catalog.Builtin()}
	for n := range h.live {
		s.Live = append(s.Live, credential.Credential{ID: credential.ID(strconv.Itoa(n)), Application: "crm", State: credential.Active, Activated: s.At})
	}
	return s, h.broken
}

func (h *tab) Stale(_ context.Context, _ credential.Owner, s home.Shown) (bool, error) {
	if h.overtaken == 0 {
		return len(s.Live) != h.live, nil
	}
	h.overtaken--
	h.live++
	return true, nil
}

func (h *tab) Prefer(_ context.Context, j job.Job) error {
	h.preferred = append(h.preferred, string(j.Args))
	if h.refuses != nil {
		return h.refuses
	}
	return h.broken
}

func (h *tab) Preferences(context.Context, credential.Owner) (person.Preferences, error) {
	return h.known, nil
}

func (h *tab) Learn(_ context.Context, who credential.Owner, locale, zone string) error {
	h.learned = append(h.learned, who.Person+" "+locale+" "+zone)
	return nil
}

func (h *tab) Account(_ context.Context, id string) (person.Account, error) {
	return person.Account{Owner: credential.Owner{Team: "TLOCAL", Person: id}, Locale: "de-DE", Zone: "Europe/Berlin"}, h.account
}

func (h *tab) PublishHome(_ context.Context, _ string, v slack.HomeTabViewRequest) error {
	h.published = append(h.published, v)
	if len(h.publish) == 0 {
		return nil
	}
	err := h.publish[0]
	h.publish = h.publish[1:]
	return err
}

// Refresh is the last digest's.
func (h *tab) Refresh(_ context.Context, who credential.Owner) error {
	h.refreshed = append(h.refreshed, who.Person)
	return nil
}

func (h *tab) homes() *homes {
	return &homes{looker: h, digests: h, chooser: h, people: h, slack: h, log: slog.New(slog.NewJSONHandler(&h.log, nil))}
}

// said is what stands in the tab that was published last.
func (h *tab) said(t *testing.T) string {
	t.Helper()
	body, err := json.Marshal(h.published[len(h.published)-1])
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range blockkit.CheckView(body) {
		t.Errorf("Slack refuses it: %v", p)
	}
	return string(body)
}

func homeJob(t *testing.T, args job.HomeArgs) job.Job {
	t.Helper()
	j, err := job.New("event:Ev1", job.Home, args)
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team = "UALICE", "TLOCAL"
	return j
}

func TestWhoComesToTheHomeTabIsAskedForOfSlack(t *testing.T) {
	for name, c := range map[string]struct {
		opened  bool
		known   person.Preferences
		account error
		want    []string
	}{
		"the first time":   {true, person.Preferences{}, nil, []string{"UALICE de-DE Europe/Berlin"}},
		"as it is known":   {true, person.Preferences{Locale: "de-DE", Zone: "Europe/Berlin", Language: "en"}, nil, nil},
		"in another zone":  {true, person.Preferences{Locale: "de-DE", Zone: "UTC"}, nil, []string{"UALICE de-DE Europe/Berlin"}},
		"another page":     {false, person.Preferences{}, nil, nil},
		"as Slack is away": {true, person.Preferences{}, problem.ErrUnavailable, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := &tab{known: c.known, account: c.account}
			if err := h.homes().do(t.Context(), homeJob(t, job.HomeArgs{Page: 1, Opened: c.opened})); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(h.learned, c.want) || len(h.published) != 1 {
				t.Errorf("learned %q, and published %d times", h.learned, len(h.published))
			}
		})
	}
}

func TestAHomeTabThatIsOvertakenIsPublishedAnew(t *testing.T) {
	for overtaken, want := range map[int]int{0: 1, 1: 2, 2: 3, 3: 3} {
		h := &tab{overtaken: overtaken}
		err := h.homes().Publish(t.Context(), credential.Owner{}, 1, slackui.Message{})
		if len(h.published) != want || (err != nil) != (overtaken == 3) {
			t.Errorf("overtaken %d times: published %d times, %v", overtaken, len(h.published), err)
		}
		if got := strings.Count(h.said(t), `"action_id":"revoke"`); err == nil && got != h.live {
			t.Errorf("overtaken %d times: in the end %d of %d are seen", overtaken, got, h.live)
		}
	}
}

func TestAHomeTabThatCantBeShown(t *testing.T) {
	for _, c := range []struct {
		name    string
		publish error
		broken  error
		want    error
	}{
		{"Slack is away", problem.ErrUnavailable, nil, problem.ErrUnavailable},
		{"there is none", slackapi.ErrNoHome, nil, nil},
		{"storage is away", nil, problem.ErrUnavailable, problem.ErrUnavailable},
	} {
		h := &tab{publish: []error{c.publish}, broken: c.broken}
		if err := h.homes().do(t.Context(), homeJob(t, job.HomeArgs{Page: 1})); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func TestWhatHasComeToNothingIsSaidInTheHomeTab(t *testing.T) {
	for name, broken := range map[string]error{"the rest stays": nil, "alone": problem.ErrUnavailable} {
		h := &tab{live: 1, broken: broken}
		show := &presenter{home: h.homes(), slack: &screen{}, people: english{}, log: slog.New(slog.DiscardHandler)}
		j := homeJob(t, job.HomeArgs{Page: 2})
		j.Reply.Home = 2
		if err := show.GaveUp(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		said := h.said(t)
		if !strings.Contains(said, "could not be done") || !strings.Contains(said, j.Reference()) || strings.Contains(said, `"revoke"`) != (broken == nil) || strings.Contains(said, `"home_again"`) != (broken != nil) {
			t.Errorf("%s: got %s", name, said)
		}
	}
}

func TestAnAnswerInTheHomeTabStandsOnTop(t *testing.T) {
	h := &tab{live: 12}
	show := &presenter{home: h.homes(), slack: &screen{}, people: english{}, log: slog.New(slog.DiscardHandler)}
	j := answered
	j.Reply = job.Reply{Home: 2}
	if err := show.replace(t.Context(), j, show.failed(t.Context(), j, credential.ErrNotFound)); err != nil {
		t.Fatal(err)
	}
	if said := h.said(t); !strings.Contains(said, "There is no such app password of yours. Nothing was changed.") || !strings.Contains(said, `"callback_id":"home_2"`) || !strings.Contains(said, j.Reference()) {
		t.Errorf("got %s", said)
	}
}

func TestAChoiceIsKeptBeforeItIsShown(t *testing.T) {
	h := &tab{}
	j := homeJob(t, job.HomeArgs{})
	j.Kind, j.Args, j.Reply.Home = job.Prefer, json.RawMessage(`{"language":"en"}`), 1
	if err := h.homes().prefer(t.Context(), j); err != nil || len(h.published) != 1 || !slices.Equal(h.preferred, []string{`{"language":"en"}`}) {
		t.Errorf("got %v, preferred %q, published %d times", err, h.preferred, len(h.published))
	}
	h = &tab{broken: problem.ErrUnavailable}
	if err := h.homes().prefer(t.Context(), j); !errors.Is(err, problem.ErrUnavailable) || len(h.published) > 0 {
		t.Errorf("got %v, published %d times", err, len(h.published))
	}
	h.broken = nil
	h.refuses = home.ErrQuiet
	if err := h.homes().prefer(t.Context(), j); err != nil || !strings.Contains(h.said(t), "would leave no time for reminders") {
		t.Errorf("got %v, and the tab says %s", err, h.said(t))
	}
}

func TestAfterAChangeTheHomeTabIsMadeAnew(t *testing.T) {
	of := func(kind job.Kind, reply job.Reply, args string) job.Job {
		return job.Job{V: job.Version, ID: "x", Kind: kind, Person: "UALICE", Team: "TLOCAL", Reply: reply, Args: json.RawMessage(args)}
	}
	for name, c := range map[string]struct {
		done job.Job
		want []string
	}{
		"issued":                  {of(job.Issue, job.Reply{ViewID: "V1"}, `{}`), []string{"home:x:UALICE"}},
		"revoked":                 {of(job.Revoke, job.Reply{ResponseURL: "https://hooks.slack.com/x"}, `{}`), []string{"home:x:UALICE"}},
		"revoked in the tab":      {of(job.Revoke, job.Reply{Home: 1}, `{}`), nil},
		"revealed":                {of(job.Revealed, job.Reply{}, `{}`), []string{"home:x:UALICE"}},
		"used":                    {of(job.Used, job.Reply{}, `{}`), []string{"home:x:UALICE"}},
		"tapped":                  {of(job.Tap, job.Reply{}, `{}`), []string{"home:x:UALICE"}},
		"leaked":                  {of(job.Leaked, job.Reply{}, `{"found":[{"person":"UBOB","team":"TLOCAL"},{"person":"UBOB","team":"TLOCAL"},{"person":"UCAROL","team":"TLOCAL"}]}`), []string{"home:x:UBOB", "home:x:UCAROL"}},
		"nothing leaked":          {of(job.Leaked, job.Reply{}, `{"found":null}`), nil},
		"published":               {of(job.Home, job.Reply{}, `{}`), nil},
		"chosen":                  {of(job.Prefer, job.Reply{Home: 1}, `{}`), nil},
		"asked for a number":      {of(job.AskOwner, job.Reply{}, `{}`), nil},
		"reminded":                {of(job.Nudge, job.Reply{}, `{}`), nil},
		"put off":                 {of(job.Snooze, job.Reply{Channel: "D1", TS: "1.2"}, `{}`), []string{"home:x:UALICE"}},
		"warned":                  {of(job.Warn, job.Reply{}, `{}`), nil},
		"a secret is deleted":     {of(job.DeleteSecret, job.Reply{}, `{}`), nil},
		"of nobody in particular": {job.Job{ID: "x", Kind: job.Revoke}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, broken := range []error{nil, problem.ErrUnavailable} {
				q := &queued{broken: broken}
				(&homes{queue: q, log: slog.New(slog.DiscardHandler)}).After(t.Context(), c.done)
				var got []string
				for i, j := range q.jobs {
					got = append(got, j.ID)
					if j.Kind != job.Home || j.Team != "TLOCAL" || !strings.HasSuffix(j.ID, j.Person) || j.Reply != (job.Reply{}) || q.delays[i] != time.Second {
						t.Errorf("got %+v after %v", j, q.delays[i])
					}
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
			}
		})
	}
}

// Only what was done is followed by a new home tab.
func TestAJobThatFailedMakesNoHomeTabAnew(t *testing.T) {
	for name, err := range map[string]error{"done": nil, "failed": problem.ErrUnavailable} {
		h := newHouse()
		h.err = err
		_ = h.Do(t.Context(), message(t, answered))
		if got := len(h.home.jobs) == 1; got != (err == nil) {
			t.Errorf("%s: %d jobs for home tabs", name, len(h.home.jobs))
		}
	}
}
