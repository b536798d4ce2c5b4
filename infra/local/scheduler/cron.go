package scheduler

import (
	"fmt"
	"strings"
	"time"
)

// cron fires at the minutes of a calendar in a time zone. A time that a change of the clocks leaves out is skipped; one that comes twice
// fires the first time only.
type cron struct {
	zone                         *time.Location
	minutes, hours, months, year set
	isDay                        day
}

// lastYear is where cron's calendar ends.
const lastYear = 2199

// parseCron understands minutes, hours, day of month, month, day of week and year.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
func parseCron(argument string, zone *time.Location) (expression, error) {
	fields := strings.Fields(argument)
	if len(fields) != 6 {
		return nil, fmt.Errorf("cron has six fields, not %d", len(fields))
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return nil, fmt.Errorf("exactly one of day of month and day of week must be ?")
	}
	c := cron{zone: zone}
	var err error
	for _, f := range []struct {
		into  *set
		field field
		text  string
	}{
		{&c.minutes, field{"the minutes", 0, 59, nil}, fields[0]},
		{&c.hours, field{"the hours", 0, 23, nil}, fields[1]},
		{&c.months, field{"the month", 1, 12, monthNames}, fields[3]},
		{&c.year, field{"the year", 1970, lastYear, nil}, fields[5]},
	} {
		if *f.into, err = f.field.parse(f.text); err != nil {
			return nil, err
		}
	}
	if fields[4] == "?" {
		c.isDay, err = parseDayOfMonth(fields[2])
	} else {
		c.isDay, err = parseDayOfWeek(fields[4])
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c cron) after(t time.Time) time.Time {
	local := t.In(c.zone)
	first := date(local.Year(), local.Month(), local.Day())
	for d := first; d.Year() <= lastYear; {
		if !c.year.has(d.Year()) {
			d = date(d.Year()+1, time.January, 1)
			continue
		}
		if !c.months.has(int(d.Month())) {
			d = date(d.Year(), d.Month()+1, 1)
			continue
		}
		if c.isDay(d) {
			earliest := 0
			if d.Equal(first) {
				earliest = local.Hour()
			}
			if next := c.on(d, earliest, t); !next.IsZero() {
				return next
			}
		}
		d = date(d.Year(), d.Month(), d.Day()+1)
	}
	return time.Time{}
}

// on is the first time after t on a day, not before an hour; zero where there is none.
func (c cron) on(d time.Time, earliest int, t time.Time) time.Time {
	for hour := earliest; hour < 24; hour++ {
		if !c.hours.has(hour) {
			continue
		}
		for minute := range 60 {
			if !c.minutes.has(minute) {
				continue
			}
			if at, ok := wall(d, hour, minute, c.zone); ok && at.After(t) {
				return at
			}
		}
	}
	return time.Time{}
}

// date is a day of the calendar, without a time zone.
func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// wall is when clocks in the zone first show a time on a day; not ok where they never do.
func wall(d time.Time, hour, minute int, zone *time.Location) (at time.Time, ok bool) {
	at = time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, zone)
	shows := func(t time.Time) bool { return t.Day() == d.Day() && t.Hour() == hour && t.Minute() == minute }
	for _, change := range []time.Duration{2 * time.Hour, time.Hour, 30 * time.Minute} { // all that clocks go back by
		if before := at.Add(-change); shows(before) {
			return before, true
		}
	}
	return at, shows(at)
}
