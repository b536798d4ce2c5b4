package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/core/job"
)

func posts(t *testing.T, passwords ...string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"passwords": passwords})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

var taken = events.APIGatewayV2HTTPResponse{
	StatusCode: 202, Headers: map[string]string{"content-type": "application/json", "cache-control": "no-store"}, Body: "{}\n",
}

func TestEveryExampleIsAnswered(t *testing.T) {
	t.Parallel()
	want := map[string]int{"leaked.json": 202}
	const folder = "../../events/leak/"
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	for _, f := range files {
		text, err := os.ReadFile(folder + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		answer, err := h.serve(t.Context(), e)
		if err != nil || answer.StatusCode != want[f.Name()] {
			t.Errorf("%s: got %d, want %d (0: nobody reads it), %v", f.Name(), answer.StatusCode, want[f.Name()], err)
		}
		delete(want, f.Name())
	}
	if len(want) > 0 {
		t.Errorf("there is no %v", want)
	}
}

func TestTheAnswerTellsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	works, dead := h.has("alice"), h.has("bob")
	h.revokes("bob")
	alice := h.owns("alice")
	for _, c := range []struct {
		name  string
		texts []string
		found bool
	}{
		{"one that lives", []string{works}, true},
		{"in a line", []string{"IMAP_PASSWORD=" + works + " # mine"}, true},
		{"the same often", slices.Repeat([]string{works}, 20), true},
		{"among others", []string{dead, "hunter2", works}, true},
		{"a dead one", []string{dead}, false},
		{"an unknown one", []string{"app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"}, false},
		{"a typo", []string{works[:len(works)-1] + "?"}, false},
		{"another kind of password", []string{"hunter2"}, false},
		{"nothing", []string{""}, false},
		{"NUL", []string{"\x00"}, false},
		{"15 kB", []string{strings.Repeat("a=b.c-d ", 1900)}, false},
	} {
		before := len(h.queued())
		begun := time.Now()
		got := h.post(posts(t, c.texts...))
		if took := time.Since(begun); took < 400*time.Millisecond {
			t.Errorf("%s: answered after %v", c.name, took)
		}
		if d := cmp.Diff(taken, got); d != "" {
			t.Errorf("%s: (-want +got):\n%s", c.name, d)
		}
		sent := h.queued()[before:]
		want := []job.LeakedArgs{{Found: []job.Leak{}}}
		if c.found {
			want[0].Found = append(want[0].Found, job.Leak{Credential: alice.ID, Person: "Ualice", Team: "TLOCAL", Made: alice.Made.Unix()})
		}
		if d := cmp.Diff(want, sent); d != "" {
			t.Errorf("%s: (-want +queued):\n%s", c.name, d)
		}
	}
	for name, place := range map[string]string{"log": h.log.String(), "queue": messages(h)} {
		for _, secret := range []string{works[4:], dead[4:], strings.ReplaceAll(works[4:], "-", ""), "hunter2"} {
			if strings.Contains(place, secret) {
				t.Errorf("what was posted is in the %s", name)
			}
		}
	}
}

func messages(h *house) string {
	var all strings.Builder
	for _, m := range h.Queues().Messages() {
		all.WriteString(m.Body)
	}
	return all.String()
}

func TestWhatIsNoRequestIsToldSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pw := h.has("alice")
	full := posts(t, pw)
	for name, body := range map[string]string{
		"nothing":                 "",
		"no JSON":                 "passwords=" + pw,
		"half of it":              full[:len(full)-1],
		"two of it":               full + full,
		"null":                    "null",
		"a list":                  `["` + pw + `"]`,
		"an empty object":         "{}",
		"no passwords":            `{"passwords":null}`,
		"an empty list":           posts(t),
		"21":                      posts(t, slices.Repeat([]string{pw}, 21)...),
		"one that is not in list": `{"passwords":"` + pw + `"}`,
		"a null among them":       `{"passwords":["` + pw + `",null]}`,
		"a number among them":     `{"passwords":["` + pw + `",7]}`,
		"a byte over 16 kB":       full + strings.Repeat(" ", 16<<10+1-len(full)),
	} {
		answer := h.post(body)
		if want := `{"error":"leak.body","reference":"request-1"}` + "\n"; answer.StatusCode != 400 || answer.Body != want || answer.Headers["retry-after"] != "" {
			t.Errorf("%s: got %d %s", name, answer.StatusCode, answer.Body)
		}
	}
	if n := len(h.queued()); n > 0 {
		t.Errorf("%d jobs are queued", n)
	}
	if answer := h.post(full + strings.Repeat(" ", 16<<10-len(full))); answer.StatusCode != 202 {
		t.Errorf("16 kB: got %d", answer.StatusCode)
	}
	if strings.Contains(h.log.String(), pw[4:]) {
		t.Error("a password is in the log")
	}
}

func TestTroubleOfOursIs503WhateverIsPosted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pw := h.has("alice")
	for _, f := range []faults.Fault{
		{Target: "dynamodb", Operation: "BatchGetItem", Kind: faults.Before, Times: 2}, {Target: "dynamodb", Operation: "BatchGetItem", Kind: faults.Throttle, Times: 2},
		{Target: "sqs", Operation: "SendMessage", Kind: faults.Before, Times: 2},
	} {
		if err := h.Faults.Add(f); err != nil {
			t.Fatal(err)
		}
		want := events.APIGatewayV2HTTPResponse{
			StatusCode: 503, Headers: map[string]string{"content-type": "application/json", "cache-control": "no-store", "retry-after": "5"},
			Body: `{"error":"problem.unavailable","reference":"request-1"}` + "\n",
		}
		for name, text := range map[string]string{"a real one": pw, "none": "hunter2"} {
			if d := cmp.Diff(want, h.post(posts(t, text))); d != "" {
				t.Errorf("%s %s, %s: (-want +got):\n%s", f.Target, f.Kind, name, d)
			}
		}
	}
	if got := h.post(posts(t, pw)); got.StatusCode != 202 {
		t.Errorf("after the trouble: got %d", got.StatusCode)
	}
}
