package list_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/use/list"
)

type store []credential.Credential

func (s store) Everything(context.Context, credential.Owner) (person.Preferences, []credential.Credential, error) {
	return person.Preferences{Locale: "de-DE"}, slices.Clone(s), nil
}

func ids(all []credential.Credential) []string {
	found := []string{}
	for _, c := range all {
		found = append(found, c.ID)
	}
	return found
}

func TestWhatNeedsAttentionComesFirst(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	at := func(id string, s credential.State, made, expires time.Time) credential.Credential {
		return credential.Credential{ID: id, State: s, Made: made, Activated: made, Expires: expires}
	}
	used := at("used", credential.Active, now.Add(-200*day), time.Time{})
	used.Uses = []credential.Use{{At: now.Add(-day)}}
	revoked := at("revoked", credential.Revoked, now, time.Time{})
	revoked.Ended = now.Add(-day)
	all := store{
		at("old", credential.Active, now.Add(-2*time.Hour), time.Time{}),
		revoked,
		at("unused", credential.Active, now.Add(-90*day), time.Time{}),
		at("soon", credential.Active, now.Add(-20*day), now.Add(14*day)),
		at("later", credential.Active, now, now.Add(14*day+1)),
		at("pending", credential.Pending, now.Add(-time.Hour), now.Add(time.Second)),
		used,
		at("over", credential.Active, now, now),
	}
	got, err := list.New(all, func() time.Time { return now }).Overview(t.Context(), credential.Owner{})
	if err != nil || got.Speak.Speaks() != "de-DE" {
		t.Fatalf("got %+v, %v", got.Speak, err)
	}
	for _, c := range []struct {
		name string
		got  []credential.Credential
		want []string
	}{
		{"live", got.Live, []string{"pending", "soon", "unused", "later", "old", "used"}},
		{"ended", got.Ended, []string{"over", "revoked"}},
		{"expiring", got.Expiring(now), []string{"pending", "soon", "later"}},
	} {
		if !slices.Equal(ids(c.got), c.want) {
			t.Errorf("%s: got %v, want %v", c.name, ids(c.got), c.want)
		}
	}
}

func TestMatching(t *testing.T) {
	all := []credential.Credential{
		{ID: "c1", Application: "thunderbird", Label: "Laptop"},
		{ID: "c2", Application: "thunderbird", Label: "Thunder"},
		{ID: "c3", Application: "crm", Label: "thunderbird"},
		{ID: "c4", Application: "scanner-printer", Label: "floor 2"},
		{ID: "c5", Application: "no-longer-offered"},
	}
	for word, want := range map[string][]string{
		"c2":                 {"c2"},
		"laptop":             {"c1"},
		" LAPTOP ":           {"c1"},
		"thunderbird":        {"c3"}, // a label means more than an application
		"thunder":            {"c2"},
		"CRM":                {"c3"},
		"scanner or printer": {"c4"},
		"scan":               {"c4"},
		"floor":              {"c4"},
		"no-longer-offered":  {"c5"},
		"":                   {},
		"nothing":            {},
	} {
		if got := ids(list.Matching(all, catalog.Builtin(), word)); !slices.Equal(got, want) {
			t.Errorf("Matching(%q): got %v, want %v", word, got, want)
		}
	}
}
