package slackapi_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
)

func TestAMessageIsReplaced(t *testing.T) {
	h := newHouse(t)
	var responseURL string
	h.types(func(_, url string) { responseURL = url })
	if err := h.Replace(t.Context(), responseURL, message()); err != nil {
		t.Fatal(err)
	}
	got := h.screen("UALICE").Messages
	if len(got) == 0 || got[len(got)-1].Text != spoken || !got[len(got)-1].Ephemeral {
		t.Errorf("Alice sees %+v", got)
	}
}

func TestAResponseURLThatIsOverIsNoError(t *testing.T) {
	h := newHouse(t)
	var used, old string
	h.types(func(_, url string) { used = url })
	for range 7 { // five are good
		if err := h.Replace(t.Context(), used, message()); err != nil {
			t.Errorf("got %v", err)
		}
	}
	h.types(func(_, url string) { old = url })
	h.clock.Advance(31 * time.Minute)
	before := len(h.screen("UALICE").Messages)
	if err := h.Replace(t.Context(), old, message()); err != nil {
		t.Errorf("got %v", err)
	}
	if after := len(h.screen("UALICE").Messages); after != before {
		t.Errorf("%d messages became %d", before, after)
	}
}

func TestAResponseURLSaysThatItReplacesForOnePerson(t *testing.T) {
	var body []byte
	client, url := at(t, func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) })
	if err := client.Replace(t.Context(), url+"/x", message()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		ReplaceOriginal bool   `json:"replace_original"`
		ResponseType    string `json:"response_type"`
		Text            string
		Blocks          []any
	}
	if err := json.Unmarshal(body, &got); err != nil || !got.ReplaceOriginal || got.ResponseType != "ephemeral" || got.Text != spoken || len(got.Blocks) != 1 {
		t.Errorf("got %s, %v", body, err)
	}
	if strings.Contains(string(body), botToken) {
		t.Error("the token goes with it")
	}
}

func TestOnlySlacksHostGetsAnAnswer(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was answered") }))
	defer other.Close()
	const hooks = "hooks.slack.com"
	client, err := slackapi.New(token(botToken), "https://slack.com/api/", hooks)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{
		other.URL + "/hook-secret", "https://evil.example/hook-secret", "https://hooks.slack.com.evil.example/hook-secret",
		"https://hooks.slack.com@evil.example/hook-secret", "https://hooks.slack.com:8443/hook-secret", "http://hooks.slack.com/hook-secret",
		"//hooks.slack.com/hook-secret", "hooks.slack.com/hook-secret", "https://hooks.slack.com/%zz/hook-secret", "",
		"ftp://hooks.slack.com/hook-secret", "https://hooks.slack.com\n/hook-secret",
	} {
		err := client.Replace(t.Context(), url, message())
		if !errors.Is(err, slackapi.ErrHost) {
			t.Errorf("%q: got %v, want %v", url, err, slackapi.ErrHost)
			continue
		}
		silent(t, err)
	}
}

func TestAnAnswerIsNotCarriedElsewhere(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was answered") }))
	defer other.Close()
	client, url := at(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	if err := client.Replace(t.Context(), url+"/x", message()); err != nil {
		silent(t, err)
	}
}

func TestWhatAResponseURLAnswers(t *testing.T) {
	for _, c := range []struct {
		name, retryAfter string
		status           int
		want             error
		after            time.Duration
	}{
		{"well", "", 200, nil, 0},
		{"used up", "", 404, nil, 0},
		{"refused", "", 403, nil, 0},
		{"too many", "30", 429, problem.ErrUnavailable, 30 * time.Second},
		{"too many, without a time", "", 429, problem.ErrUnavailable, time.Second},
		{"too many, until a date", "Wed, 25 Nov 2026 09:00:00 GMT", 429, problem.ErrUnavailable, time.Second},
		{"broken", "", 500, problem.ErrUnavailable, 0},
		{"away", "", 503, problem.ErrUnavailable, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, url := at(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", c.retryAfter)
				http.Error(w, spoken, c.status)
			})
			err := client.Replace(t.Context(), url+"/hook-secret", message())
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			var after time.Duration
			if later, ok := errors.AsType[*job.Later](err); ok {
				after = later.After
			}
			if after != c.after {
				t.Errorf("got a wait of %v, want %v", after, c.after)
			}
			if err != nil {
				silent(t, err)
			}
		})
	}
}
