package nudge_test

import (
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// hours is somebody's, by zone and quiet hours.
func hours(zone string, from, until int) nudge.Hours {
	return nudge.HoursOf(person.Preferences{Zone: zone, Quiet: person.Quiet{From: from, Until: until}})
}

const minutes = "2006-01-02 15:04"

// in is an instant by the clock of a zone.
func in(t testing.TB, zone, said string) time.Time {
	t.Helper()
	where, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(minutes, said, where)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestHours(t *testing.T) {
	for _, c := range []struct {
		name, zone  string
		from, until int
		at          string
		within      bool
		next        string // from at on
		tomorrow    string
		opening     string // up to at
	}{
		{"before they begin", "Europe/Berlin", 0, 0, "2026-11-25 09:29", false, "2026-11-25 09:30", "2026-11-26 09:30", "2026-11-24 09:30"},
		{"as they begin", "Europe/Berlin", 0, 0, "2026-11-25 09:30", true, "2026-11-25 09:30", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"at their last minute", "Europe/Berlin", 0, 0, "2026-11-25 16:29", true, "2026-11-25 16:29", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"as they end", "Europe/Berlin", 0, 0, "2026-11-25 16:30", false, "2026-11-26 09:30", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"on a Friday", "Europe/Berlin", 0, 0, "2026-11-27 17:00", false, "2026-11-30 09:30", "2026-11-30 09:30", "2026-11-27 09:30"},
		{"on a Saturday", "Europe/Berlin", 0, 0, "2026-11-28 12:00", false, "2026-11-30 09:30", "2026-11-30 09:30", "2026-11-27 09:30"},
		{"on a Sunday", "Europe/Berlin", 0, 0, "2026-11-29 12:00", false, "2026-11-30 09:30", "2026-11-30 09:30", "2026-11-27 09:30"},
		{"on a leap day", "Europe/Berlin", 0, 0, "2028-02-29 08:00", false, "2028-02-29 09:30", "2028-03-01 09:30", "2028-02-28 09:30"},
		{"on the eve of one", "Europe/Berlin", 0, 0, "2028-02-28 20:00", false, "2028-02-29 09:30", "2028-02-29 09:30", "2028-02-28 09:30"},
		{"over the spring's change", "Europe/Berlin", 0, 0, "2027-03-26 18:00", false, "2027-03-29 09:30", "2027-03-29 09:30", "2027-03-26 09:30"},
		{"over the autumn's", "Europe/Berlin", 0, 0, "2027-10-29 18:00", false, "2027-11-01 09:30", "2027-11-01 09:30", "2027-10-29 09:30"},
		{"over New York's spring", "America/New_York", 0, 0, "2027-03-12 18:00", false, "2027-03-15 09:30", "2027-03-15 09:30", "2027-03-12 09:30"},
		{"over New York's autumn", "America/New_York", 0, 0, "2027-11-05 18:00", false, "2027-11-08 09:30", "2027-11-08 09:30", "2027-11-05 09:30"},
		{"a quiet morning", "Europe/Berlin", 20, 11, "2026-11-25 10:59", false, "2026-11-25 11:00", "2026-11-26 11:00", "2026-11-24 11:00"},
		{"a quiet noon", "Europe/Berlin", 12, 14, "2026-11-25 12:00", false, "2026-11-25 14:00", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"before it", "Europe/Berlin", 12, 14, "2026-11-25 11:59", true, "2026-11-25 11:59", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"two half hours", "Europe/Berlin", 10, 16, "2026-11-25 10:00", false, "2026-11-25 16:00", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"a quiet afternoon", "Europe/Berlin", 13, 18, "2026-11-25 13:00", false, "2026-11-26 09:30", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"quiet all day is not at all", "Europe/Berlin", 9, 17, "2026-11-25 12:00", true, "2026-11-25 12:00", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"quiet from noon to noon is not at all", "Europe/Berlin", 12, 12, "2026-11-25 12:00", true, "2026-11-25 12:00", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"the first to see a day", "Pacific/Kiritimati", 0, 0, "2026-11-25 09:30", true, "2026-11-25 09:30", "2026-11-26 09:30", "2026-11-25 09:30"},
		{"the last", "Etc/GMT+12", 0, 0, "2026-11-27 16:30", false, "2026-11-30 09:30", "2026-11-30 09:30", "2026-11-27 09:30"},
		{"nobody knows where", "Nowhere/Land", 0, 0, "2026-11-25 09:30", true, "2026-11-25 09:30", "2026-11-26 09:30", "2026-11-25 09:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone := c.zone
			if zone == "Nowhere/Land" {
				zone = "UTC"
			}
			h, at := hours(c.zone, c.from, c.until), in(t, zone, c.at)
			if got := h.Within(at); got != c.within {
				t.Errorf("within: got %v", got)
			}
			for what, got := range map[string][2]string{
				"next":     {h.Next(at).In(at.Location()).Format(minutes), c.next},
				"tomorrow": {h.Tomorrow(at).In(at.Location()).Format(minutes), c.tomorrow},
				"opening":  {h.Opening(at).In(at.Location()).Format(minutes), c.opening},
			} {
				if got[0] != got[1] {
					t.Errorf("%s: got %s, want %s", what, got[0], got[1])
				}
			}
		})
	}
}

func TestTheSameInstantIsOnTwoDates(t *testing.T) {
	at := time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{"Pacific/Kiritimati": "2026-11-26", "Etc/GMT+12": "2026-11-24", "UTC": "2026-11-25"} {
		if got := hours(zone, 0, 0).Date(at); got != want {
			t.Errorf("%s: got %s, want %s", zone, got, want)
		}
	}
}

func TestQuietHoursThatLeaveNoTime(t *testing.T) {
	for q, want := range map[person.Quiet]bool{
		{}: true, {From: 9, Until: 17}: false, {From: 8, Until: 18}: false, {From: 17, Until: 16}: true, {From: 9, Until: 16}: true, {From: 10, Until: 17}: true,
		{From: 16, Until: 10}: true, {From: 18, Until: 17}: false, {From: 9, Until: 9}: true, {From: 22, Until: 7}: true,
	} {
		if got := nudge.Leaves(q); got != want {
			t.Errorf("%+v: got %v", q, got)
		}
	}
}
