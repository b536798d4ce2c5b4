package person_test

import (
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/person"
)

func TestAChoiceCountsBeforeSlacksWord(t *testing.T) {
	for _, c := range []struct {
		p    person.Preferences
		want string
	}{
		{person.Preferences{}, ""},
		{person.Preferences{Locale: "de-DE"}, "de-DE"},
		{person.Preferences{Locale: "de-DE", Language: "es"}, "es"},
	} {
		if got := c.p.Speaks(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.p, got, c.want)
		}
	}
}

func TestAZoneThatNobodyKnowsIsUTC(t *testing.T) {
	for zone, want := range map[string]string{"": "UTC", "Europe/Berlin": "Europe/Berlin", "Mars/Olympus": "UTC"} {
		if got := (person.Preferences{Zone: zone}).Location().String(); got != want {
			t.Errorf("%q: got %s, want %s", zone, got, want)
		}
	}
}

func TestQuietHoursMayPassMidnight(t *testing.T) {
	for _, c := range []struct {
		q     person.Quiet
		quiet []int
	}{
		{person.Quiet{}, nil},
		{person.Quiet{From: 9, Until: 9}, nil},
		{person.Quiet{From: 12, Until: 14}, []int{12, 13}},
		{person.Quiet{From: 22, Until: 2}, []int{0, 1, 22, 23}},
	} {
		var got []int
		for hour := range 24 {
			if c.q.Holds(time.Date(2026, 11, 25, hour, 59, 0, 0, time.UTC)) {
				got = append(got, hour)
			}
		}
		if len(got) != len(c.quiet) {
			t.Errorf("%+v: got %v, want %v", c.q, got, c.quiet)
		}
	}
	if (person.Quiet{From: 24}).Valid() || (person.Quiet{Until: -1}).Valid() || !(person.Quiet{From: 23}).Valid() {
		t.Error("an hour is 0 to 23")
	}
}
