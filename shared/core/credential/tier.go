package credential

import "github.com/apppass/apppass/shared/core/password"

// Tier is how much depends on an application, and so how strong its passwords are.
type Tier string

// The tiers. General asks for at least 16 characters of 3 classes (upper case, lower case, digits, symbols), Sensitive for at least
// 20 of all 4; the formats that they have exceed both.
const (
	General   Tier = "general"
	Sensitive Tier = "sensitive"
)

// Tiers is every tier.
var Tiers = []Tier{General, Sensitive}

// Requirement is what a tier asks of a password: the least number of characters, and of the four classes.
type Requirement struct{ Characters, Classes int }

// Requirement is what t asks for.
func (t Tier) Requirement() Requirement {
	if t == Sensitive {
		return Requirement{Characters: 20, Classes: 4}
	}
	return Requirement{Characters: 16, Classes: 3}
}

// Format is the format in which passwords of the tier are made. An unknown tier gets the stronger one.
func (t Tier) Format() password.Format {
	if t == General {
		return password.General
	}
	return password.Sensitive
}
