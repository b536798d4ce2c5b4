package main

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/e2e/browser"
)

// The page's own reading of a link is held to the vectors that package link is held to.
func TestThePageReadsLinksAsTheServerDoes(t *testing.T) {
	text, err := os.ReadFile("../../shared/core/link/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	type vector struct {
		Fragment   string `json:"fragment"`
		ID         string `json:"id"`
		Proof      string `json:"proof"`
		Credential string `json:"credential_id"`
		Shown      string `json:"shown"`
		Sealed     string `json:"sealed"`
	}
	var vectors struct {
		Links   []vector
		Damaged []string
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	v := arrive(t, browser.New(t)).opens("/r/open", "incomplete")
	for _, want := range vectors.Links {
		given, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := evaluate[vector](v, `(async v => {
			const l = await read(v.fragment);
			return {...v, fragment: l.fragment, id: l.id, proof: l.proof, shown: await l.open(v.sealed, v.credential_id)};
		})(`+string(given)+`)`)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", want.Fragment, diff)
		}
	}
	for _, fragment := range vectors.Damaged {
		if !evaluate[bool](v, "read("+strconv.Quote(fragment)+").then(l => l === null)") {
			t.Errorf("%q is taken for a link", fragment)
		}
	}
}

func TestMangledLinksAreMended(t *testing.T) {
	const f = "AbQT9H0T7i_myEWy7hQa-B388KbHAN0T4nS2-6je6o3Zsm5O7d40lXF8rIQIycUXf0PS7KI"
	type found struct {
		Fragment string `json:"fragment"`
		Mangled  bool   `json:"mangled"`
	}
	v := arrive(t, browser.New(t)).opens("/r/open", "incomplete")
	for _, c := range []struct {
		name, request, hash string
		want                *found
	}{
		{"whole", "/r/open", "#" + f, &found{f, false}},
		{"no trace of it", "/r/open", "", nil},
		{"an empty one", "/r/open", "#", nil},
		{"# escaped", "/r/open%23" + f, "", &found{f, true}},
		{"# escaped twice", "/r/open%2523" + f, "", &found{f, true}},
		{"# escaped in a fragment", "/r/open", "#%23" + f, &found{f, false}},
		{"# twice", "/r/open", "##" + f, &found{f, false}},
		{"a bracket behind", "/r/open", "#" + f + "%3E", &found{f, false}},
		{"a full stop behind", "/r/open", "#" + f + ".", &found{f, false}},
		{"a parenthesis behind, in the path", "/r/open%23" + f + ").", "", &found{f, true}},
		{"a wrapped line", "/r/open", "#" + f[:30] + "%0A%20" + f[30:], &found{f, false}},
		{"a quoted-printable line", "/r/open", "#" + f[:30] + "=%0D%0A" + f[30:], &found{f, false}},
		{"quotation marks behind", "/r/open", "#" + f + "%22',\"", &found{f, false}},
		{"a comma behind, escaped with it", "/r/open%23" + f + "%2C", "", &found{f, true}},
		{"a sentence behind", "/r/open", "#" + f + "%20and%20more", &found{f, false}},
		{"a wrapped line, in the path", "/r/open%23" + f[:30] + "%0A%20" + f[30:], "", &found{f, true}},
		{"spaces escaped twice", "/r/open%2523" + f[:9] + "%2520" + f[9:], "", &found{f, true}},
		{"in the query", "/r/open?u=%23" + f, "", &found{f, true}},
		{"in the path, with a query behind", "/r/open%23" + f + "?utm_source=mail", "", &found{f, true}},
		{"cut off", "/r/open", "#" + f[:40], &found{"", false}},
	} {
		got := evaluate[*found](v, "mend("+strconv.Quote(c.request)+", "+strconv.Quote(c.hash)+")")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}

// A state without its words would be shown as an error of the script.
func TestEveryStateAndButtonHasItsWords(t *testing.T) {
	v := arrive(t, browser.New(t)).opens("/r/open", "incomplete")
	missing := evaluate[[]string](v, `[...Object.keys(states), ...Object.keys(presses).map(b => 'do.' + b)]
		.filter(code => !codes.includes(code) && code !== 'do.new' && code !== 'do.list')`)
	if len(missing) > 0 {
		t.Errorf("no words for %q", missing)
	}
}
