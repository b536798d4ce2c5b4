package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/gateway"
	"github.com/apppass/apppass/infra/local/runtime"
)

// A request goes all the way: through a listener, the gateway and the Runtime API to a process, and back.
func TestARequestReachesAProcessAndItsAnswerTheClient(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binary, "./testdata/function").CombinedOutput(); err != nil {
		t.Fatalf("build the function: %v\n%s", err, out)
	}
	platform, err := runtime.New(runtime.Options{Clock: clock.New(0)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := platform.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := platform.Add(runtime.Function{Name: "f", Binary: binary, Timeout: time.Minute, Concurrency: 1}); err != nil {
		t.Fatal(err)
	}
	declared := routes("ANY /{do}", "ANY /short/{do}")
	declared[1].Timeout = 50 * time.Millisecond
	for i := range declared {
		declared[i].Function = "f"
	}
	s := httptest.NewServer(gateway.New(gateway.Options{Routes: declared, Invoke: platform.Invoke, Clock: clock.New(0)}))
	t.Cleanup(s.Close)
	send := func(method, path, contentType, body string) string {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", contentType)
		q.Header.Set("Cookie", "old=2")
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(a.StatusCode, " ", a.Header.Get("X-Method"), a.Header["Set-Cookie"], " ", string(text))
	}
	waiting, open := make(chan struct{}), make(chan struct{})
	address := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		waiting <- struct{}{}
		<-open
	}))
	t.Cleanup(address.Close)

	if got, want := send("PUT", "/echo", "text/plain", "hello"), "202 PUT[new=1 old=2] hello"; got != want {
		t.Errorf("text: got %s, want %s", got, want)
	}
	if got, want := send("POST", "/echo", "application/x-www-form-urlencoded", "a=1&b=%20"), "202 POST[new=1 old=2] a=1&b=%20"; got != want {
		t.Errorf("a form: got %s, want %s", got, want)
	}
	if got, want := send("GET", "/fail", "", ""), `500 [] {"message":"Internal Server Error"}`; got != want {
		t.Errorf("a failure: got %s, want %s", got, want)
	}
	if got, want := send("POST", "/short/wait", "text/plain", address.URL), `503 [] {"message":"Service Unavailable"}`; got != want {
		t.Errorf("the route's timeout: got %s, want %s", got, want)
	}
	<-waiting
	if got, want := send("GET", "/echo", "", ""), `429 [] {"message":"Too Many Requests"}`; got != want {
		t.Errorf("while the function goes on: got %s, want %s", got, want)
	}
	close(open)
}
