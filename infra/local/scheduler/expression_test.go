package scheduler

import (
	"strings"
	"testing"
	"time"
)

const layout = "2006-01-02 15:04:05 MST"

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	m, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestExpressionsGiveTheTimesAfterATime(t *testing.T) {
	for _, c := range []struct {
		expression, zone, after string
		want                    string // separated by commas, in the zone; "never" at the end
	}{
		{"rate(5 minutes)", "UTC", "2026-11-25 10:03:10", "2026-11-25 10:05:00 UTC, 2026-11-25 10:10:00 UTC"},
		{"rate(5 minutes)", "UTC", "2026-11-25 10:05:00", "2026-11-25 10:10:00 UTC"},
		{"rate(1 hour)", "UTC", "1969-12-31 22:30:00", "1969-12-31 23:00:00 UTC, 1970-01-01 00:00:00 UTC"},
		{"rate(1 day)", "UTC", "2026-11-25 10:03:10", "2026-11-26 00:00:00 UTC"},
		{"at(2026-12-24T18:00:00)", "Europe/Berlin", "2026-11-25 10:00:00", "2026-12-24 18:00:00 CET, never"},
		{"cron(0 3 * * ? *)", "UTC", "2026-11-25 02:59:59", "2026-11-25 03:00:00 UTC, 2026-11-26 03:00:00 UTC"},
		{"cron(0 3 * * ? *)", "UTC", "2026-11-25 03:00:00", "2026-11-26 03:00:00 UTC"},
		{"cron(0/15 8-9 ? * MON-FRI *)", "UTC", "2026-11-27 09:30:00", "2026-11-27 09:45:00 UTC, 2026-11-30 08:00:00 UTC"},
		{"cron(*/25,7 12 * * ? *)", "UTC", "2026-11-25 00:00:00", "2026-11-25 12:00:00 UTC, 2026-11-25 12:07:00 UTC, 2026-11-25 12:25:00 UTC, 2026-11-25 12:50:00 UTC"},
		{"cron(10-20/5 0 1 JAN,jul ? *)", "UTC", "2026-11-25 00:00:00", "2027-01-01 00:10:00 UTC, 2027-01-01 00:15:00 UTC, 2027-01-01 00:20:00 UTC, 2027-07-01 00:10:00 UTC"},
		{"cron(0 0 29 2 ? *)", "UTC", "2026-11-25 00:00:00", "2028-02-29 00:00:00 UTC, 2032-02-29 00:00:00 UTC"},
		{"cron(0 0 30 2 ? *)", "UTC", "2026-11-25 00:00:00", "never"},
		{"cron(0 0 1 1 ? 2027-2028)", "UTC", "2026-11-25 00:00:00", "2027-01-01 00:00:00 UTC, 2028-01-01 00:00:00 UTC, never"},
		{"cron(0 0 1 1 ? 2199)", "UTC", "2026-11-25 00:00:00", "2199-01-01 00:00:00 UTC, never"},
		{"cron(0 0 L * ? *)", "UTC", "2027-01-31 00:00:00", "2027-02-28 00:00:00 UTC, 2027-03-31 00:00:00 UTC"},
		{"cron(0 0 10,L * ? *)", "UTC", "2027-02-01 00:00:00", "2027-02-10 00:00:00 UTC, 2027-02-28 00:00:00 UTC"},
		{"cron(0 0 15W * ? *)", "UTC", "2026-08-01 00:00:00", "2026-08-14 00:00:00 UTC, 2026-09-15 00:00:00 UTC"}, // a Saturday
		{"cron(0 0 15W * ? *)", "UTC", "2026-11-01 00:00:00", "2026-11-16 00:00:00 UTC"},                          // a Sunday
		{"cron(0 0 1W * ? *)", "UTC", "2026-08-01 00:00:00", "2026-08-03 00:00:00 UTC"},                           // Saturday the 1st
		{"cron(0 0 31W * ? *)", "UTC", "2027-01-01 00:00:00", "2027-01-29 00:00:00 UTC, 2027-03-31 00:00:00 UTC"}, // Sunday the 31st; none in February
		{"cron(0 0 ? * L *)", "UTC", "2026-11-25 00:00:00", "2026-11-28 00:00:00 UTC, 2026-12-05 00:00:00 UTC"},
		{"cron(15 10 ? * 6L 2026-2027)", "UTC", "2026-11-25 00:00:00", "2026-11-27 10:15:00 UTC, 2026-12-25 10:15:00 UTC"},
		{"cron(0 0 ? * 3#2 *)", "UTC", "2026-11-25 00:00:00", "2026-12-08 00:00:00 UTC"},
		{"cron(0 0 ? * TUE#5 *)", "UTC", "2026-11-25 00:00:00", "2026-12-29 00:00:00 UTC, 2027-03-30 00:00:00 UTC"},
		{"cron(0 0 ? * 1,SAT *)", "UTC", "2026-11-25 00:00:00", "2026-11-28 00:00:00 UTC, 2026-11-29 00:00:00 UTC"},
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28 00:00:00", "2026-03-28 02:30:00 CET, 2026-03-30 02:30:00 CEST"},                           // left out on the 29th
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24 00:00:00", "2026-10-24 02:30:00 CEST, 2026-10-25 02:30:00 CEST, 2026-10-26 02:30:00 CET"}, // twice on the 25th
		{"cron(0 * * * ? *)", "America/New_York", "2026-11-01 04:30:00", "2026-11-01 01:00:00 EDT, 2026-11-01 02:00:00 EST"},                          // 01:00 comes twice
		{"cron(45 1 * * ? *)", "Australia/Lord_Howe", "2026-04-04 00:00:00", "2026-04-05 01:45:00 +11, 2026-04-06 01:45:00 +1030"},                    // by half an hour
		{"cron(0 9 ? * MON *)", "Asia/Kolkata", "2026-11-29 00:00:00", "2026-11-30 09:00:00 IST"},
	} {
		e, err := parse(c.expression, c.zone)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		wanted := strings.Split(c.want, ", ")
		var got []string
		for at := moment(t, c.after); len(got) < len(wanted); {
			if at = e.after(at); at.IsZero() {
				got = append(got, "never")
				break
			}
			got = append(got, at.In(zone).Format(layout))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s in %s after %s:\n got %s\nwant %s", c.expression, c.zone, c.after, strings.Join(got, ", "), c.want)
		}
	}
}

func TestExpressionsThatAWSWouldRefuseAreRefused(t *testing.T) {
	for _, c := range []struct{ expression, zone, want string }{
		{"", "UTC", "is not rate(…), cron(…) or at(…)"},
		{"every(5 minutes)", "UTC", "is not rate(…), cron(…) or at(…)"},
		{"rate(5 minutes", "UTC", "is not rate(…), cron(…) or at(…)"},
		{"rate(5 minutes)", "Europe/Nowhere", `there is no time zone "Europe/Nowhere"`},
		{"rate(5 minutes)", "", `there is no time zone ""`},
		{"rate(5 minutes)", "Local", `there is no time zone "Local"`},
		{"rate(0 minutes)", "UTC", "a rate is a number"},
		{"rate(5 minute)", "UTC", "a rate is a number"},
		{"rate(5 seconds)", "UTC", "a rate is a number"},
		{"rate(1.5 hours)", "UTC", "a rate is a number"},
		{"at(2026-12-24)", "UTC", "at takes a time like"},
		{"at(2026-12-24T18:00:00Z)", "UTC", "at takes a time like"},
		{"cron(0 3 * * ?)", "UTC", "cron has six fields, not 5"},
		{"cron(0 3 * * * *)", "UTC", "exactly one of day of month and day of week must be ?"},
		{"cron(0 3 ? * ? *)", "UTC", "exactly one of day of month and day of week must be ?"},
		{"cron(60 3 * * ? *)", "UTC", `the minutes: "60" is not from 0 to 59`},
		{"cron(0 24 * * ? *)", "UTC", `the hours: "24" is not from 0 to 23`},
		{"cron(? 3 * * ? *)", "UTC", `the minutes: "?" is not from`},
		{"cron(0 3 0 * ? *)", "UTC", `the day of month: "0" is not from 1 to 31`},
		{"cron(0 3 32W * ? *)", "UTC", `the day of month: "32" is not from 1 to 31`},
		{"cron(0 3 W * ? *)", "UTC", `the day of month: "" is not from 1 to 31`},
		{"cron(0 3 * FOO ? *)", "UTC", `the month: "FOO" is not from 1 to 12`},
		{"cron(0 3 ? * 8 *)", "UTC", `the day of week: "8" is not from 1 to 7`},
		{"cron(0 3 ? * 8L *)", "UTC", `the day of week: "8" is not from 1 to 7`},
		{"cron(0 3 ? * 2#6 *)", "UTC", `the day of week's number: "6" is not from 1 to 5`},
		{"cron(0 3 ? * X#1 *)", "UTC", `the day of week: "X" is not from 1 to 7`},
		{"cron(0 3 ? * 2#1,3 *)", "UTC", "the day of week: # stands alone"},
		{"cron(0 3 ? * FRI-MON *)", "UTC", `the day of week: "FRI-MON" is a range that ends before it begins`},
		{"cron(0 3 ? * MON-X *)", "UTC", `the day of week: "X" is not from`},
		{"cron(0/0 3 * * ? *)", "UTC", `the minutes: "0/0" has no step from 1 to 59`},
		{"cron(0/x 3 * * ? *)", "UTC", `the minutes: "0/x" has no step`},
		{"cron(0, 3 * * ? *)", "UTC", `the minutes: "" is not from`},
		{"cron(0 3 * * ? 1969)", "UTC", `the year: "1969" is not from 1970 to 2199`},
	} {
		if _, err := parse(c.expression, c.zone); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s in %q: got %v, want %q", c.expression, c.zone, err, c.want)
		}
	}
}

func FuzzExpressionsDoNotGoBack(f *testing.F) {
	for _, seed := range []string{"rate(5 minutes)", "cron(0/15 8-9 ? * MON-FRI *)", "cron(30 2 L,15W * ? *)", "cron(0 0 ? * 6L 2026)", "at(2026-12-24T18:00:00)"} {
		f.Add(seed, int64(1774744200)) // near a change of the clocks
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		e, err := parse(text, "Europe/Berlin")
		if err != nil || seconds < 0 || seconds > 1<<33 {
			t.Skip()
		}
		at := time.Unix(seconds, 0)
		for range 3 {
			next := e.after(at)
			if next.IsZero() {
				return
			}
			if !next.After(at) {
				t.Fatalf("%s: after %v comes %v", text, at, next)
			}
			at = next
		}
	})
}
