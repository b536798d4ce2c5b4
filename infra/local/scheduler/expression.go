package scheduler

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// expression is the times of a schedule.
type expression interface {
	// after is the first time after t; zero where there is none.
	after(t time.Time) time.Time
}

// parse understands rate(…), cron(…) and at(…).
func parse(text, timezone string) (expression, error) {
	zone, err := time.LoadLocation(timezone)
	if err != nil || timezone == "" || timezone == "Local" {
		return nil, fmt.Errorf("there is no time zone %q", timezone)
	}
	name, rest, _ := strings.Cut(text, "(")
	argument, closed := strings.CutSuffix(rest, ")")
	if !closed {
		return nil, fmt.Errorf("%q is not rate(…), cron(…) or at(…)", text)
	}
	var e expression
	switch name {
	case "rate":
		e, err = parseRate(argument)
	case "cron":
		e, err = parseCron(argument, zone)
	case "at":
		e, err = parseAt(argument, zone)
	default:
		return nil, fmt.Errorf("%q is not rate(…), cron(…) or at(…)", text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return e, nil
}

// rate fires each time that many have passed, counted from 1970 in UTC, so that neither a restart nor a moved clock shifts it.
type rate time.Duration

var rateArgument = regexp.MustCompile(`^([1-9][0-9]{0,4}) (minute|hour|day)(s?)$`)

func parseRate(argument string) (expression, error) {
	m := rateArgument.FindStringSubmatch(argument)
	if m == nil || m[1] != "1" && m[3] == "" {
		return nil, fmt.Errorf("a rate is a number from 1 to 99999, and minutes, hours or days")
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return nil, err
	}
	unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[m[2]]
	return rate(time.Duration(n) * unit), nil
}

func (r rate) after(t time.Time) time.Time {
	seconds := int64(time.Duration(r) / time.Second)
	count := t.Unix() / seconds
	if t.Unix() < 0 && t.Unix()%seconds != 0 {
		count--
	}
	return time.Unix((count+1)*seconds, 0).UTC()
}

// at fires once.
type at time.Time

func parseAt(argument string, zone *time.Location) (expression, error) {
	t, err := time.ParseInLocation("2006-01-02T15:04:05", argument, zone)
	if err != nil {
		return nil, fmt.Errorf("at takes a time like 2026-11-20T13:00:00")
	}
	return at(t), nil
}

func (a at) after(t time.Time) time.Time {
	if once := time.Time(a); once.After(t) {
		return once
	}
	return time.Time{}
}
