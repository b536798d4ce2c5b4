package person

import "time"

// Preferences is how somebody wants to be spoken to. What Slack says of it and what the person has chosen here stand apart: a choice
// counts before Slack's word.
type Preferences struct {
	// Locale and Zone are Slack's word when it was asked last: "de-DE", "Europe/Berlin".
	Locale string
	Zone   string
	// Language is the person's choice here, "de"; empty: Slack's.
	Language string
	// Quiet is when no reminder is sent.
	Quiet Quiet
}

// Speaks is the locale in which the person is spoken to; empty is unknown.
func (p Preferences) Speaks() string {
	if p.Language != "" {
		return p.Language
	}
	return p.Locale
}

// Location is the person's time zone, or UTC where it is unknown.
func (p Preferences) Location() *time.Location {
	where, err := time.LoadLocation(p.Zone)
	if err != nil {
		return time.UTC
	}
	return where
}

// Quiet is a span of a day, from one full hour to another (0 to 23), which may pass midnight. Two equal hours are no span at all.
type Quiet struct{ From, Until int }

// Holds reports whether the span holds an instant, in its own zone.
func (q Quiet) Holds(at time.Time) bool {
	hour := at.Hour()
	if q.From <= q.Until {
		return q.From <= hour && hour < q.Until
	}
	return hour >= q.From || hour < q.Until
}

// Valid reports whether both hours are hours.
func (q Quiet) Valid() bool { return q.From >= 0 && q.From < 24 && q.Until >= 0 && q.Until < 24 }
