package nudge

import (
	"time"

	"github.com/apppass/apppass/shared/core/person"
)

// Hours is when somebody may be reminded: on weekdays, from 9:30 to 16:30 where they are, outside their quiet hours.
type Hours struct {
	where *time.Location
	quiet person.Quiet
}

const (
	opens  = 9*60 + 30 // minutes of the day
	closes = 16*60 + 30
)

// HoursOf is a person's hours. Quiet hours that would leave none are taken for none: a person who is never reminded loses passwords without
// a word. The home tab does not let anyone choose such.
func HoursOf(p person.Preferences) Hours {
	h := Hours{where: p.Location(), quiet: p.Quiet}
	if !Leaves(p.Quiet) {
		h.quiet = person.Quiet{}
	}
	return h
}

// Leaves reports whether quiet hours leave any time for reminders.
func Leaves(q person.Quiet) bool {
	for hour := opens / 60; hour*60 < closes; hour++ {
		if !q.Holds(time.Date(2000, time.January, 3, hour, 0, 0, 0, time.UTC)) {
			return true
		}
	}
	return false
}

// Within reports whether somebody may be reminded at an instant.
func (h Hours) Within(at time.Time) bool {
	at = at.In(h.where)
	minute := at.Hour()*60 + at.Minute()
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && minute >= opens && minute < closes && !h.quiet.Holds(at)
}

// Next is the first instant within the hours that is not before at.
func (h Hours) Next(at time.Time) time.Time {
	if h.Within(at) {
		return at
	}
	for day := 0; ; day++ {
		for _, start := range h.starts(at, day) {
			if !start.Before(at) {
				return start
			}
		}
	}
}

// Tomorrow is the first instant within the hours on a later date than at's.
func (h Hours) Tomorrow(at time.Time) time.Time {
	for day := 1; ; day++ {
		if starts := h.starts(at, day); len(starts) > 0 {
			return starts[0]
		}
	}
}

// Opening is the last beginning of a day's hours that is not after at: who is reminded then has at least the time that is left until at.
func (h Hours) Opening(at time.Time) time.Time {
	for day := 0; ; day-- {
		if starts := h.starts(at, day); len(starts) > 0 && !starts[0].After(at) {
			return starts[0]
		}
	}
}

// starts is when the hours begin on the date that is so many days after at's, and begin again after a quiet span: at half past nine or at a
// full hour.
func (h Hours) starts(at time.Time, days int) []time.Time {
	var all []time.Time
	year, month, day := at.In(h.where).Date()
	for minute := opens; minute < closes; minute += 60 - minute%60 {
		if t := time.Date(year, month, day+days, 0, minute, 0, 0, h.where); h.Within(t) {
			all = append(all, t)
		}
	}
	return all
}

// date is at's date where the person is, as a number that grows with it.
func (h Hours) date(at time.Time) int {
	year, month, day := at.In(h.where).Date()
	return (year*100+int(month))*100 + day
}

// Date is at's date where the person is: "2026-11-25".
func (h Hours) Date(at time.Time) string { return at.In(h.where).Format(time.DateOnly) }
