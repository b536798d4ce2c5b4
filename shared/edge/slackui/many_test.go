package slackui

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/text"
)

// withMany adds what is seen where several are revoked.
func withMany(u UI, all map[string]any) map[string]any {
	known := catalog.Builtin()
	some := passwords(KindLive, 0, laptop, scanner, phone, fresh, withdrawn)
	another := laptop
	another.ID = "c00000000000000a1"
	for name, screen := range map[string]any{
		"lost":              u.Lost(some, known, time.UTC),
		"lost-no-phone":     u.Lost(passwords(KindLive, 0, laptop), known, time.UTC),
		"lost-error":        u.LostErrors(slack.View{Blocks: u.Lost(some, known, time.UTC).Blocks}, "lost.none"),
		"ask-many":          u.AskMany([]credential.Credential{laptop, phone}, known),
		"being-revoked":     u.View(Message{Blocks: u.BeingRevoked(2).Blocks.BlockSet}),
		"many":              u.Many(Ended{Revoked: []credential.Credential{laptop, phone}, Now: later}, known),
		"many-before":       u.Many(Ended{Revoked: []credential.Credential{laptop}, Before: []credential.Credential{revoked, expired}, Now: later}, known),
		"many-left":         u.Many(Ended{Revoked: []credential.Credential{laptop}, Left: []credential.Credential{phone, fresh}, Now: later}, known),
		"choose-to-revoke":  u.ChooseToRevoke("revoke.choose", some, known),
		"choose-of-one-app": u.ChooseToRevoke("revoke.choose", passwords(KindLive, 0, laptop, another), known),
		"choose-one":        u.ChooseToRevoke("revoke.none", passwords(KindLive, 0, laptop), known),
		"choose-of-none":    u.ChooseToRevoke("revoke.choose", passwords(KindLive, 0), known),
		"help-lost":         u.Help("lost"),
	} {
		all[name] = screen
	}
	return all
}

// sheet is n app passwords, a third of them for phones.
func sheet(n int) (all []credential.Credential) {
	for i, c := range crowd(n) {
		if i%3 > 0 {
			c.Application = "automation-script"
		}
		all = append(all, c)
	}
	return all
}

func TestFormsForManyFitIntoSlacksLimits(t *testing.T) {
	known := catalog.Builtin()
	for _, language := range text.Languages() {
		u := In(language)
		for _, n := range []int{1, boxes, boxes + 1, 31, job.MostRevoked - 1, job.MostRevoked, job.MostRevoked + 1, 250} {
			all := sheet(n)
			for name, screen := range map[string]any{
				"lost": u.Lost(passwords(KindLive, 0, all...), known, time.UTC), "ask": u.AskMany(all, known), "doing": u.BeingRevoked(n),
				"choose": u.ChooseToRevoke("revoke.choose", passwords(KindLive, 0, all...), known),
				"done":   u.Many(Ended{Revoked: all[:min(n, job.MostRevoked)], Now: later}, known),
				"mixed":  u.Many(Ended{Revoked: all[:min(n, 34)], Before: all[:min(n, 33)], Left: all[:min(n, 33)], Now: later}, known),
				"left":   u.Many(Ended{Left: all[:min(n, job.MostRevoked)], Now: later}, known),
			} {
				t.Run(fmt.Sprint(language, " ", name, " ", n), func(t *testing.T) {
					checkScreen(t, screen)
					if m, ok := screen.(Message); ok {
						checkScreen(t, u.View(m))
					}
				})
			}
			v := u.AskMany(all, known)
			if got := ParseMany(slack.View{PrivateMetadata: v.PrivateMetadata}); len(got) != min(n, job.MostRevoked) || ViewLocale(slack.View{PrivateMetadata: v.PrivateMetadata}) != language {
				t.Errorf("of %d %d are asked about, in %q", n, len(got), v.PrivateMetadata[:5])
			}
		}
	}
}

func TestWhatIsForAPhoneStandsFirstAndIsChecked(t *testing.T) {
	older, newer := phone, phone
	older.ID, older.Uses = "c00000000000000b1", []credential.Use{{At: later.AddDate(0, 0, -9)}}
	newer.ID, newer.Uses = "c00000000000000b2", []credential.Use{{At: later.AddDate(0, 0, -1)}}
	v := In("en").Lost(passwords(KindLive, 0, scanner, older, laptop, newer), catalog.Builtin(), time.UTC)
	var got [][]string
	for _, b := range v.Blocks.BlockSet {
		input, ok := b.(*slack.InputBlock)
		if !ok {
			continue
		}
		choice := input.Element.(*slack.CheckboxGroupsBlockElement)
		var ids []string
		for _, o := range choice.Options {
			ids = append(ids, o.Value)
		}
		got = append(got, append(ids, fmt.Sprint(len(choice.InitialOptions))))
	}
	want := [][]string{{newer.ID, older.ID, "2"}, {laptop.ID, scanner.ID, "0"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWhatWasCheckedIsRead(t *testing.T) {
	var state slack.ViewState
	err := json.Unmarshal([]byte(`{"values":{
		"phone_0":{"chosen":{"type":"checkboxes","selected_options":[{"value":"`+phone.ID+`"},{"value":"hunter2"},{"value":"`+phone.ID+`"}]}},
		"rest_0":{"chosen":{"type":"checkboxes","selected_options":[]}},"rest_1":{"chosen":{"type":"checkboxes","selected_options":[{"value":"`+laptop.ID+`"}]}}}}`), &state)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ParseLost(&state), []string{phone.ID, laptop.ID}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := ParseLost(nil); got != nil {
		t.Errorf("of nothing: got %q", got)
	}
	for _, metadata := range []string{"", "en", "en x", " "} {
		if got := ParseMany(slack.View{PrivateMetadata: metadata}); len(got) > 0 {
			t.Errorf("%q: got %q", metadata, got)
		}
	}
	if got := ParseMany(slack.View{PrivateMetadata: "de " + strings.Join([]string{laptop.ID, "x", laptop.ID}, " ")}); !slices.Equal(got, []string{laptop.ID}) {
		t.Errorf("got %q", got)
	}
}

func TestAllIsAWordBehindRevoke(t *testing.T) {
	for argument, want := range map[string]struct {
		word string
		ok   bool
	}{
		"all": {"", true}, "All": {"", true}, "all thunderbird": {"thunderbird", true}, `all  "laptop at home"`: {"laptop at home", true},
		"": {}, "allergy app": {}, "laptop all": {}, "thunderbird": {},
	} {
		if word, ok := ParseAll(argument); ok != want.ok || ok && word != want.word {
			t.Errorf("%q: got %q, %v", argument, word, ok)
		}
	}
	for typed, want := range map[string]Command{
		"lost": {VerbLost, "", ""}, "Lost phone": {VerbLost, "phone", ""}, "stolen": {VerbLost, "", ""}, "stoln": {VerbUnknown, "", "stolen"},
		"lis": {VerbUnknown, "", "list"}, "revoke all": {VerbRevoke, "all", ""},
	} {
		if got := ParseCommand(typed, "app"); got != want {
			t.Errorf("%q: got %+v, want %+v", typed, got, want)
		}
	}
}
