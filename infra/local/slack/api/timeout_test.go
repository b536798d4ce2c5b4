package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/slack/api"
)

// inProcess answers requests by a handler, without a network, so that a synctest bubble knows when all wait.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	rw := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.ServeHTTP(rw, r)
	}()
	select {
	case <-done:
		return rw.Result(), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// bubble is a workspace in a synctest bubble, with an app that takes its time.
func bubble(t *testing.T, takes time.Duration, ack string) (*api.Workspace, *faults.Set) {
	app := inProcess{http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		time.Sleep(takes)
		_, _ = rw.Write([]byte(ack))
	})}
	f := new(faults.Set)
	ws, err := api.New(api.Options{
		Clock: clock.New(0), Faults: f, Transport: app,
		AppURL: func() string { return "http://app" }, BaseURL: func() string { return "http://slack.test" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return ws, f
}

func serve(t *testing.T, ws *api.Workspace, method, path, body string) (status int, got answer) {
	t.Helper()
	r := httptest.NewRequest(method, "http://slack.test"+path, strings.NewReader(body))
	rw := httptest.NewRecorder()
	ws.ServeHTTP(rw, r)
	if err := json.Unmarshal(rw.Body.Bytes(), &got); err != nil {
		t.Errorf("%s: %v", rw.Body, err)
	}
	return rw.Code, got
}

func TestAnAppHasThreeSecondsToAck(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration
		want  string
	}{
		"in time": {3*time.Second - time.Millisecond, ""},
		"late":    {3*time.Second + time.Millisecond, "operation_timeout"},
	} {
		for path, body := range map[string]string{
			"/api/type": `{"person":"UALICE","text":"/apppass list"}`,
			"/api/home": `{"person":"UALICE"}`,
			"/api/raw":  `{"path":"/slack/events","sign":true}`,
		} {
			t.Run(name+path, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ws, _ := bubble(t, c.takes, "too late")
					defer ws.Close()
					begun := time.Now()
					status, got := serve(t, ws, http.MethodPost, path, body)
					if status != http.StatusOK || got.Error != c.want || got.OK == (c.want != "") && path != "/api/raw" {
						t.Errorf("got %d %+v, want %q", status, got, c.want)
					}
					if took := time.Since(begun); took > 3*time.Second {
						t.Errorf("it took %s", took)
					}
					if _, s := messages(t, ws, "UALICE"); len(s) != 0 && c.want != "" {
						t.Errorf("Alice sees the late answer: %v", s)
					}
					time.Sleep(time.Second) // for the app
				})
			})
		}
	}
}

func messages(t *testing.T, ws *api.Workspace, person string) (int, []any) {
	t.Helper()
	rw := httptest.NewRecorder()
	ws.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "http://slack.test/api/screen?person="+person, nil))
	var s struct{ Messages []any }
	if err := json.Unmarshal(rw.Body.Bytes(), &s); err != nil {
		t.Error(err)
	}
	return rw.Code, s.Messages
}

func TestAnAppThatIsAwayIsNotAnsweredFor(t *testing.T) {
	ws, err := api.New(api.Options{
		Clock: clock.New(0), AppURL: func() string { return "http://127.0.0.1:1" }, BaseURL: func() string { return "http://slack.test" },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if status, got := serve(t, ws, http.MethodPost, "/api/home", `{"person":"UALICE"}`); status != http.StatusOK || got.Error != "dispatch_failed" {
		t.Errorf("got %d %+v", status, got)
	}
}

func TestHangingCallsEndWithTheWorkspace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ws, f := bubble(t, 0, "")
		if err := f.Add(faults.Fault{Target: "slack", Operation: "auth.test", Kind: faults.Hang}); err != nil {
			t.Fatal(err)
		}
		dropped := make(chan any)
		go func() {
			defer func() { dropped <- recover() }()
			r := httptest.NewRequest(http.MethodPost, "http://slack.test/slack/api/auth.test", nil)
			r.Header.Set("Authorization", "Bearer xoxb-local")
			ws.ServeHTTP(httptest.NewRecorder(), r)
		}()
		synctest.Wait()
		if err := ws.Close(); err != nil {
			t.Error(err)
		}
		if got := <-dropped; got != http.ErrAbortHandler {
			t.Errorf("got %v, want a dropped connection", got)
		}
	})
}
