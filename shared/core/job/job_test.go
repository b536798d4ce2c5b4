package job_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
)

const responseURL = "https://hooks.slack.com/actions/T/1/secret"

// whole is a job with every member.
func whole(t testing.TB) job.Job {
	t.Helper()
	j, err := job.New("view:V1:1.x", job.Issue, job.IssueArgs{Application: "crm", Label: "of sales"})
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team, j.At = "UALICE", "TLOCAL", 1795597200
	j.Reply = job.Reply{ViewID: "V1", ResponseURL: responseURL, Channel: "D1", TS: "1.2"}
	return j
}

func TestAJobTravelsWithoutLoss(t *testing.T) {
	sent := whole(t)
	body, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"v":1,"id":"view:V1:1.x","kind":"issue","person":"UALICE","team":"TLOCAL","at":1795597200,` +
		`"reply":{"view_id":"V1","response_url":"https://hooks.slack.com/actions/T/1/secret","channel":"D1","ts":"1.2"},` +
		`"args":{"application":"crm","label":"of sales"}}`
	if d := cmp.Diff(want, string(body)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	got, err := job.Parse(string(body))
	if d := cmp.Diff(sent, got); d != "" || err != nil {
		t.Errorf("%v (-sent +got):\n%s", err, d)
	}
	args, err := job.ArgsOf[job.IssueArgs](got)
	if !reflect.DeepEqual(args, job.IssueArgs{Application: "crm", Label: "of sales"}) || err != nil {
		t.Errorf("got %+v, %v", args, err)
	}
}

func TestAnIssueSaysWhenItEndsAndFromWhereItWorks(t *testing.T) {
	args := job.IssueArgs{
		Application: "crm", Days: 30, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::7/128")},
	}
	j, err := job.New("view:V1:1.x", job.Issue, args)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"application":"crm","label":"","days":30,"networks":["192.0.2.0/24","2001:db8::7/128"]}`; string(j.Args) != want {
		t.Errorf("got %s, want %s", j.Args, want)
	}
	if got, err := job.ArgsOf[job.IssueArgs](j); !reflect.DeepEqual(got, args) || err != nil {
		t.Errorf("got %+v, %v; want %+v", got, err, args)
	}
	j.Args = json.RawMessage(`{"application":"crm","label":"","networks":["everywhere"]}`)
	if _, err := job.ArgsOf[job.IssueArgs](j); !errors.Is(err, job.ErrForeign) {
		t.Errorf("a network that is none: got %v", err)
	}
}

func TestWithoutAReplyThereIsNone(t *testing.T) {
	j, err := job.New("secret:x", job.DeleteSecret, job.DeleteSecretArgs{Reveal: "r", Secret: "x"})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(j)
	if err != nil || strings.Contains(string(body), "reply") {
		t.Errorf("got %s, %v", body, err)
	}
}

func TestAnythingElseIsForeign(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":           "",
		"a URL":             responseURL,
		"half JSON":         `{"v":1,"id":"x","kind":"issue","reply":{"response_url":"` + responseURL,
		"null":              "null",
		"a list":            "[]",
		"no version":        `{"id":"x","kind":"issue","reply":{"response_url":"` + responseURL + `"}}`,
		"a later version":   `{"v":2,"id":"x","kind":"issue"}`,
		"no id":             `{"v":1,"kind":"issue","reply":{"response_url":"` + responseURL + `"}}`,
		"no kind":           `{"v":1,"id":"x"}`,
		"a number as id":    `{"v":1,"id":7,"kind":"issue"}`,
		"a string as reply": `{"v":1,"id":"x","kind":"issue","reply":"` + responseURL + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := job.Parse(body)
			if !errors.Is(err, job.ErrForeign) {
				t.Fatalf("got %v, want %v", err, job.ErrForeign)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error quotes it: %v", err)
			}
		})
	}
	for _, args := range []string{``, `null x`, `[]`, `{"application":7}`} {
		if _, err := job.ArgsOf[job.IssueArgs](job.Job{ID: "x", Args: json.RawMessage(args)}); !errors.Is(err, job.ErrForeign) {
			t.Errorf("the arguments %q: got %v", args, err)
		}
	}
}

func TestAResponseURLIsNeverPrinted(t *testing.T) {
	j := whole(t)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{j, &j, j.Reply, &j.Reply, []job.Job{j}, map[string]job.Reply{"x": j.Reply}, struct{ R job.Reply }{j.Reply}} {
			if s := fmt.Sprintf(format, v); strings.Contains(s, "secret") {
				t.Errorf("%s of a %T prints %s", format, v, s)
			}
		}
	}
	if got, want := j.Reply.String(), "view V1 message D1/1.2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALaterSaysForHowLong(t *testing.T) {
	err := fmt.Errorf("show: %w", &job.Later{After: 30 * time.Second, Err: problem.ErrUnavailable})
	later, ok := errors.AsType[*job.Later](err)
	if !ok || later.After != 30*time.Second || !errors.Is(err, problem.ErrUnavailable) || !strings.Contains(err.Error(), "30s") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	body, err := json.Marshal(whole(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(body))
	f.Add(`{"v":1,"id":"x","kind":"y"}`)
	f.Add(`{"V":1,"ID":"x","Kind":"y","Args":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		j, err := job.Parse(body)
		if err != nil {
			if !errors.Is(err, job.ErrForeign) {
				t.Errorf("%q: got %v", body, err)
			}
			return
		}
		again, err := json.Marshal(j)
		if err != nil {
			t.Fatalf("%q can't be sent on: %v", body, err)
		}
		if second, err := job.Parse(string(again)); err != nil || second.ID != j.ID || second.Kind != j.Kind || second.Reply != j.Reply {
			t.Errorf("%q became %s, %v", body, again, err)
		}
	})
}
