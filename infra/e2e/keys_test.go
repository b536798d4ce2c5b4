package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/apppass/apppass/infra/e2e/canary"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
	"github.com/apppass/apppass/shared/core/service"
)

// asker is a server that asks with a key, about a password that nobody has.
func asker(w *world.World, key string) func() drive.Verdict {
	server := w.Mail.With(key)
	return func() drive.Verdict { return server.Asks(w.Alice, "wrong") }
}

func TestANewServiceKeyWorksAtOnceAndARevokedOneNotForLong(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	pw := w.Alice.Makes("Thunderbird", "laptop")
	w.Mail.Accepts(w.Alice, pw) // the verifier has the services in memory
	key := w.Admin.MakesKey("mail")
	begun := time.Now()
	asks := asker(w, key)
	w.Eventually("the new key is known", func() bool { return asks().Status == http.StatusUnauthorized })
	// The services are read again for an unknown key, at most once a second; the rest is for a busy machine.
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("the new key was known after %v", took)
	}
	w.Mail.With(key).Accepts(w.Alice, pw)
	prefix := key[:12]
	if got, want := w.Admin.Lists("mail"), []string{"local-mail-s", prefix}; !slices.Contains(got, want[0]) || !slices.Contains(got, want[1]) || len(got) != 2 {
		t.Errorf("mail has the keys %q, want %q", got, want)
	}
	w.Admin.RevokesKey("mail", prefix)
	w.Advance(10 * time.Second)
	if v := asks(); v.Status != http.StatusForbidden {
		t.Errorf("10 s after the key was revoked: got %d", v.Status)
	}
	w.Mail.Accepts(w.Alice, pw)
	if got := w.Admin.Lists("mail"); !slices.Equal(got, []string{"local-mail-s"}) {
		t.Errorf("mail has the keys %q", got)
	}
}

// The verifier's process lives on here: it forgets a key by itself, by the machine's clock.
func TestARevokedServiceKeyIsForgottenByAVerifierThatKnewIt(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	key := w.Admin.MakesKey("mail")
	asks := asker(w, key)
	w.Eventually("the key is known", func() bool { return asks().Status == http.StatusUnauthorized })
	begun := time.Now()
	w.Admin.RevokesKey("mail", key[:12])
	w.Eventually("the key is refused", func() bool { return asks().Status == http.StatusForbidden })
	if took := time.Since(begun); took > 15*time.Second { // 10 s, and the rest for a busy machine
		t.Errorf("the revoked key was refused after %v", took)
	}
}

func TestAServiceKeyIsNowhereButInItsAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := world.New(t, world.In(dir))
	var secrets []canary.Secret
	for _, id := range []string{"mail", "intranet"} {
		key := w.Admin.MakesKey(id)
		secrets = append(secrets, canary.Secret{Name: "the key of " + id, Bytes: []byte(key)}, canary.Secret{Name: "the rest of the key of " + id, Bytes: []byte(key[12:])})
		asks := asker(w, key)
		w.Eventually("the key is known", func() bool { return asks().Status != http.StatusForbidden })
		w.Admin.Lists(id)
		w.Admin.RevokesKey(id, key[:12])
		// Pasted where an id or a prefix belongs.
		for _, err := range []error{w.Admin.RevokeKey(t.Context(), id, key), w.Admin.RevokeKey(t.Context(), key, "x")} {
			if refused, ok := errors.AsType[*drive.Refused](err); !ok || refused.Status != http.StatusNotFound {
				t.Error("a key in the wrong place is not refused with 404")
			}
		}
	}
	for _, f := range canary.Find(secrets, everywhere(t, w, dir)) {
		t.Errorf("a leak: %v", f)
	}
}

func TestOfManyOperatorsTenKeysComeAbout(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	made := make([]string, 20)
	errs := make([]error, len(made))
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			k, err := w.Admin.MakeKey(t.Context(), "mail")
			made[i], errs[i] = k.Prefix, err
		})
	}
	all.Wait()
	want := []string{"local-mail-s"}
	for i, err := range errs {
		refused, _ := errors.AsType[*drive.Refused](err)
		switch {
		case err == nil:
			want = append(want, made[i])
		case refused == nil || refused.Status != http.StatusConflict || refused.Code != "service.too_many_keys":
			t.Errorf("got %v", err)
		}
	}
	got := w.Admin.Lists("mail")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || len(got) != service.MaxKeys {
		t.Errorf("mail has the keys %q, of %q", got, want)
	}
}

func TestMakingAKeyOutlivesATroubleThatPasses(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"throttle", "before", "after"} {
		w := world.New(t)
		w.Breaks(drive.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: kind, Times: 1})
		key := w.Admin.MakesKey("mail")
		if got := w.Admin.Lists("mail"); len(got) != 2 || !slices.Contains(got, key[:12]) {
			t.Errorf("%s: mail has the keys %q", kind, got)
		}
	}
}

func TestWhoIsNobodyReachesNoAdmin(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for name, change := range map[string]func(a *drive.Admin){
		"another secret":       func(a *drive.Admin) { a.Credentials.SecretAccessKey = "guessed" },
		"another access key":   func(a *drive.Admin) { a.Credentials.AccessKeyID = "guessed" },
		"another region":       func(a *drive.Admin) { a.Region = "eu-central-1" },
		"a clock that is late": func(a *drive.Admin) { a.Now = func() time.Time { return w.Clock.Now().Add(-6 * time.Minute) } },
		"a session": func(a *drive.Admin) {
			a.Credentials = aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local", SessionToken: "x"}
		},
	} {
		nobody := w.Admin.Admin
		change(&nobody)
		_, made := nobody.MakeKey(t.Context(), "mail")
		_, listed := nobody.Keys(t.Context(), "mail")
		for _, err := range []error{made, listed, nobody.RevokeKey(t.Context(), "mail", "local-mail-s")} {
			if refused, ok := errors.AsType[*drive.Refused](err); !ok || refused.Status != http.StatusForbidden {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.APIURL+"/v1/admin/services/mail/keys", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer local-mail-service-key")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("with a service key: got %d, %v", answer.StatusCode, err)
	}
	if calls := w.Calls("admin"); len(calls) > 0 {
		t.Errorf("the function was reached: %q", calls)
	}
	if got := w.Admin.Lists("mail"); !slices.Equal(got, []string{"local-mail-s"}) {
		t.Errorf("mail has the keys %q", got)
	}
}

// The command that the admin function's page shows, by a program that signs with code of its own.
func TestCurlSigns(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("there is no curl")
	}
	if err != nil {
		t.Fatal(err)
	}
	w := world.New(t)
	call := func(user, method, path string) (status string, body []byte) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), curl, "-s", "--max-time", "20", "-X", method, "--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", user,
			"-H", "X-Amz-Security-Token:", "-w", "\n%{http_code}", w.APIURL+path).Output()
		if err != nil {
			if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 2 && os.Getenv("CI") != "true" {
				t.Skip("this curl knows no --aws-sigv4")
			}
			t.Fatalf("curl: %v", err)
		}
		text := string(out)
		i := strings.LastIndexByte(text, '\n')
		return text[i+1:], []byte(text[:i])
	}
	const keys = "/v1/admin/services/mail/keys"
	status, body := call("local:local", "POST", keys)
	var made drive.ServiceKey
	if err := json.Unmarshal(body, &made); err != nil || status != "201" || len(made.Key) != 47 {
		t.Fatalf("make: got %s, %v", status, err)
	}
	if status, body := call("local:guessed", "GET", keys); status != "403" || string(body) != `{"message":"Forbidden"}` {
		t.Errorf("with another secret: got %s %s", status, body)
	}
	if status, body := call("local:local", "GET", keys); status != "200" || !strings.Contains(string(body), `"`+made.Prefix+`"`) || strings.Contains(string(body), made.Key) {
		t.Errorf("list: got %s", status)
	}
	if status, body := call("local:local", "DELETE", keys+"?prefix="+made.Prefix); status != "204" {
		t.Errorf("revoke: got %s %s", status, body)
	}
	if status, body := call("local:local", "DELETE", keys+"/"+made.Prefix); status != "404" || !strings.Contains(string(body), "service.key_unknown") {
		t.Errorf("revoke again: got %s %s", status, body)
	}
}
