package scheduler

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	monthNames = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	dayNames   = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// set is the values of a field.
type set map[int]bool

func (s set) has(v int) bool { return s[v] }

// field is one of cron's: its values from low to high, the first of which may have names.
type field struct {
	what      string
	low, high int
	names     []string
}

// parse understands a list of *, values, ranges and steps: "*", "5", "MON-FRI", "0/15", "1-20/5".
func (f field) parse(text string) (set, error) {
	all := set{}
	for item := range strings.SplitSeq(text, ",") {
		if err := f.add(all, item); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (f field) add(all set, item string) error {
	base, stepText, hasStep := strings.Cut(item, "/")
	step := 1
	if hasStep {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > f.high {
			return fmt.Errorf("%s: %q has no step from 1 to %d", f.what, item, f.high)
		}
	}
	low, high := f.low, f.high
	if base != "*" {
		from, to, isRange := strings.Cut(base, "-")
		var err error
		if low, err = f.value(from); err != nil {
			return err
		}
		if isRange {
			if high, err = f.value(to); err != nil {
				return err
			}
		} else if !hasStep {
			high = low
		}
	}
	if low > high {
		return fmt.Errorf("%s: %q is a range that ends before it begins", f.what, item)
	}
	for v := low; v <= high; v += step {
		all[v] = true
	}
	return nil
}

func (f field) value(text string) (int, error) {
	if i := slices.Index(f.names, strings.ToUpper(text)); i >= 0 {
		return f.low + i, nil
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < f.low || v > f.high {
		return 0, fmt.Errorf("%s: %q is not from %d to %d", f.what, text, f.low, f.high)
	}
	return v, nil
}

// day says whether cron fires on a day, given as [date] does.
type day func(time.Time) bool

// parseDayOfMonth understands what parse does, L (the last day) and 15W (the weekday of the month that is nearest to the 15th).
func parseDayOfMonth(text string) (day, error) {
	f := field{"the day of month", 1, 31, nil}
	return f.days(text, func(t time.Time) int { return t.Day() }, func(item string) (day, error) {
		if item == "L" {
			return func(t time.Time) bool { return t.Day() == lastDay(t) }, nil
		}
		number, isWeekday := strings.CutSuffix(item, "W")
		if !isWeekday {
			return nil, nil
		}
		n, err := f.value(number)
		return func(t time.Time) bool { return t.Day() == nearestWeekday(t, n) }, err
	})
}

// parseDayOfWeek understands what parse does, L (Saturday), 6L (the month's last Friday) and 3#2 (its second Tuesday).
func parseDayOfWeek(text string) (day, error) {
	f := field{"the day of week", 1, 7, dayNames}
	if strings.Contains(text, "#") && strings.Contains(text, ",") {
		return nil, fmt.Errorf("%s: # stands alone", f.what)
	}
	weekday := func(t time.Time) int { return int(t.Weekday()) + 1 }
	return f.days(text, weekday, func(item string) (day, error) {
		if item == "L" {
			return func(t time.Time) bool { return t.Weekday() == time.Saturday }, nil
		}
		if name, isLast := strings.CutSuffix(item, "L"); isLast {
			n, err := f.value(name)
			return func(t time.Time) bool { return weekday(t) == n && t.Day() > lastDay(t)-7 }, err
		}
		name, count, isNth := strings.Cut(item, "#")
		if !isNth {
			return nil, nil
		}
		n, err := f.value(name)
		if err != nil {
			return nil, err
		}
		nth, err := field{f.what + "'s number", 1, 5, nil}.value(count)
		return func(t time.Time) bool { return weekday(t) == n && (t.Day()-1)/7+1 == nth }, err
	})
}

// days understands a list of days: each item as special does, else as a value of the field that number gives of a day.
func (f field) days(text string, number func(time.Time) int, special func(item string) (day, error)) (day, error) {
	values := set{}
	var others []day
	for item := range strings.SplitSeq(strings.ToUpper(text), ",") {
		other, err := special(item)
		if err == nil && other == nil {
			err = f.add(values, item)
		}
		if err != nil {
			return nil, err
		}
		if other != nil {
			others = append(others, other)
		}
	}
	return func(t time.Time) bool {
		return values.has(number(t)) || slices.ContainsFunc(others, func(is day) bool { return is(t) })
	}, nil
}

func lastDay(t time.Time) int {
	return date(t.Year(), t.Month()+1, 0).Day()
}

// nearestWeekday is the day of t's month, Monday to Friday, that is nearest to the nth; it stays in the month. 0 where the month has no nth.
func nearestWeekday(t time.Time, n int) int {
	last := lastDay(t)
	switch date(t.Year(), t.Month(), n).Weekday() {
	case time.Saturday:
		if n == 1 {
			return 3
		}
		n--
	case time.Sunday:
		if n == last {
			return n - 2
		}
		n++
	}
	if n > last {
		return 0
	}
	return n
}
