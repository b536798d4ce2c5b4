package slackapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// call is a call that the client makes, by the name that Slack has for it.
type call struct {
	name string
	make func(ctx context.Context, c *slackapi.Client, slack string) error
}

var calls = []call{
	{"users.info", func(ctx context.Context, c *slackapi.Client, _ string) error {
		_, err := c.Account(ctx, "UALICE")
		return err
	}},
	{"users.list", func(ctx context.Context, c *slackapi.Client, _ string) error {
		_, _, err := c.Members(ctx, "cursor-word")
		return err
	}},
	{"auth.test", func(ctx context.Context, c *slackapi.Client, _ string) error {
		_, err := c.Team(ctx)
		return err
	}},
	{"views.open", func(ctx context.Context, c *slackapi.Client, _ string) error {
		_, err := c.OpenView(ctx, "1.2.3", form())
		return err
	}},
	{"views.update", func(ctx context.Context, c *slackapi.Client, _ string) error {
		return c.UpdateView(ctx, "V1", "", form())
	}},
	{"views.publish", func(ctx context.Context, c *slackapi.Client, _ string) error {
		return c.PublishHome(ctx, "UALICE", slackui.In("en").HomeFailed(1, slackui.In("en").Plain(spoken)))
	}},
	{"chat.postMessage", func(ctx context.Context, c *slackapi.Client, _ string) error {
		_, _, err := c.DirectMessage(ctx, "UALICE", message())
		return err
	}},
	{"chat.update", func(ctx context.Context, c *slackapi.Client, _ string) error {
		return c.UpdateMessage(ctx, "DALICE", "1.2", message())
	}},
	{"response_url", func(ctx context.Context, c *slackapi.Client, slack string) error {
		return c.Replace(ctx, slack+"/hooks/actions/TLOCAL/hook-secret", message())
	}},
}

// silent holds an error to its promise.
func silent(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{botToken, spoken, "hook-secret", "http://"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s is in the error: %v", secret, err)
		}
	}
}

func TestTooManyRequestsIsALater(t *testing.T) {
	h := newHouse(t)
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			if err := h.faults.Add(faults.Fault{Target: "slack", Operation: c.name, Kind: faults.Throttle, Times: 1}); err != nil {
				t.Fatal(err)
			}
			err := c.make(t.Context(), h.Client, h.url)
			later, ok := errors.AsType[*job.Later](err)
			if !ok || later.After != time.Second || !errors.Is(err, problem.ErrUnavailable) {
				t.Fatalf("got %v, want to come again after a second", err)
			}
			silent(t, err)
		})
	}
}

func TestTroubleOfSlacksPasses(t *testing.T) {
	h := newHouse(t)
	for _, kind := range []faults.Kind{faults.Before, faults.Kill} { // an HTML page; no answer at all
		for _, c := range calls {
			t.Run(c.name+" "+string(kind), func(t *testing.T) {
				if err := h.faults.Add(faults.Fault{Target: "slack", Operation: c.name, Kind: kind, Times: 1}); err != nil {
					t.Fatal(err)
				}
				err := c.make(t.Context(), h.Client, h.url)
				if !errors.Is(err, problem.ErrUnavailable) {
					t.Fatalf("got %v, want %v", err, problem.ErrUnavailable)
				}
				silent(t, err)
			})
		}
	}
}

// at makes a client of the Slack that handle plays.
func at(t *testing.T, handle http.HandlerFunc) (*slackapi.Client, string) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(func() {
		server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	c, err := slackapi.New(token(botToken), server.URL+"/slack/api/", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return c, server.URL
}

func TestWhatSlackMakesOfACallIsNotRepeated(t *testing.T) {
	for name, handle := range map[string]http.HandlerFunc{
		"an error that quotes": func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] ` + spoken + `"]}}`))
		},
		"JSON that is none": func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"ok":false,"error":"` + spoken)) },
		"an unknown status": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, spoken, http.StatusTeapot) },
		"a way elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/"+spoken, http.StatusTemporaryRedirect)
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, url := at(t, handle)
			for _, c := range calls {
				if c.name == "response_url" {
					continue // whose answers are not read
				}
				err := c.make(t.Context(), client, url)
				if !errors.Is(err, problem.ErrUnavailable) {
					t.Fatalf("%s: got %v, want %v", c.name, err, problem.ErrUnavailable)
				}
				silent(t, err)
			}
		})
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	arrived := make(chan struct{}, 1)
	client, url := at(t, func(_ http.ResponseWriter, r *http.Request) {
		r.Body.Close()
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-arrived
				cancel()
			}()
			err := c.make(ctx, client, url)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, problem.ErrUnavailable) {
				t.Fatalf("got %v", err)
			}
			silent(t, err)
		})
	}
}

// away gives no token.
type away struct{}

func (away) Current(context.Context) (string, error) { return "", problem.ErrUnavailable }

func TestWithoutATokenNothingIsAsked(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was asked") }))
	defer server.Close()
	client, err := slackapi.New(away{}, server.URL+"/slack/api/", "hooks.slack.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		if c.name == "response_url" {
			continue // which needs none
		}
		if err := c.make(t.Context(), client, server.URL); !errors.Is(err, problem.ErrUnavailable) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestOnlyHTTPSOrLoopbackIsAskedForAnything(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://slack.com/api/": true, "http://127.0.0.1:8081/slack/api/": true, "http://localhost:8081/": true, "http://[::1]:8081/": true,
		"http://slack.com/api/": false, "http://127.0.0.1.example.com/": false, "http://10.0.0.1/": false, "ftp://127.0.0.1/": false,
		"slack.com/api/": false, "": false, "https//slack.com": false, "http://127.0.0.1@example.com/": false,
	} {
		if _, err := slackapi.New(token(botToken), address, "hooks.slack.com"); (err == nil) != ok || err != nil && !errors.Is(err, slackapi.ErrHost) {
			t.Errorf("%q: got %v", address, err)
		}
	}
}

func (x away) Again(ctx context.Context) (string, error) { return x.Current(ctx) }
