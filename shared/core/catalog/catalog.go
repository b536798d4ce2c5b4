// Package catalog is the applications that people use an app password for.
//
// An application says how much depends on it (its tier), which services accept its passwords and by which protocols, and whether it could
// sign in without one, by OAuth. A company's own list is stored whole; [Builtin] is the one that ships, and what is shown while the stored one can't
// be read.
//
// # What may be changed here
//
// builtin.json is the list that ships: entries may be added and bettered. An id is stored with every app password that was made for it, so
// it is never taken away or given to another application.
package catalog

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
)

// ErrUnknown reports an application that is not in the catalog.
var ErrUnknown = problem.New(problem.Invalid, "catalog.unknown")

// Kind is what sort of thing an application is.
type Kind string

// The kinds there are.
const (
	EmailClient       Kind = "email_client"
	Mobile            Kind = "mobile"
	Desktop           Kind = "desktop"
	ThirdPartyService Kind = "third_party_service"
	Automation        Kind = "automation"
	LegacyDevice      Kind = "legacy_device"
)

// Application is one entry.
type Application struct {
	ID       string          `json:"id"` // lower case, digits, hyphens; at most 40 characters
	Name     string          `json:"name"`
	Kind     Kind            `json:"kind"`
	Tier     credential.Tier `json:"tier"`
	Services []string        `json:"services"` // ids
	// Protocols is what it needs of the services, and its passwords are good for nothing else; none: for all that they speak.
	Protocols []service.Protocol `json:"protocols,omitempty"`
	// OAuth says that it can sign in without a password, if the company's server can too.
	OAuth bool `json:"oauth,omitempty"`
	// Compact says that its password field is too short for anything but the compact format.
	Compact bool `json:"compact,omitempty"`
}

// Catalog is a list of applications in the order in which people see it, at most 100: a Slack menu takes no more.
type Catalog []Application

// Limits of a catalog.
const (
	MaxApplications = 100
	maxName         = 75 // of a Slack option
)

var validID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Application is the entry with the id, or [ErrUnknown].
func (c Catalog) Application(id string) (Application, error) {
	for _, a := range c {
		if a.ID == id {
			return a, nil
		}
	}
	return Application{}, ErrUnknown
}

// Match is the entry that typed most likely means: its id or name, else the only one whose name begins with it.
func (c Catalog) Match(typed string) (Application, bool) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" {
		return Application{}, false
	}
	var found []Application
	for _, a := range c {
		name := strings.ToLower(a.Name)
		if typed == a.ID || typed == name {
			return a, true
		}
		if strings.HasPrefix(name, typed) {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		return Application{}, false
	}
	return found[0], true
}

// Parse reads a catalog from its JSON list and checks it; the error names the entry.
func Parse(stored []byte) (Catalog, error) {
	var c Catalog
	if err := json.Unmarshal(stored, &c); err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	if len(c) == 0 || len(c) > MaxApplications {
		return nil, fmt.Errorf("the catalog has %d applications, 1 to %d are possible", len(c), MaxApplications)
	}
	ids := map[string]bool{}
	for _, a := range c {
		switch {
		case !validID.MatchString(a.ID) || ids[a.ID]:
			return nil, fmt.Errorf("the catalog's id %q is taken or has other characters than a-z, 0-9 and hyphens", a.ID)
		case a.Name == "" || utf8.RuneCountInString(a.Name) > maxName:
			return nil, fmt.Errorf("the application %s: the name %q has no, or more than %d, characters", a.ID, a.Name, maxName)
		case a.Tier != credential.General && a.Tier != credential.Sensitive:
			return nil, fmt.Errorf("the application %s: there is no tier %q", a.ID, a.Tier)
		case a.Compact && a.Tier == credential.Sensitive:
			return nil, fmt.Errorf("the application %s: the compact format is too weak for the tier %s", a.ID, a.Tier)
		case len(a.Services) == 0:
			return nil, fmt.Errorf("the application %s: no service accepts it", a.ID)
		}
		for _, p := range a.Protocols {
			if !slices.Contains(service.Protocols, p) {
				return nil, fmt.Errorf("the application %s: there is no protocol %q", a.ID, p)
			}
		}
		ids[a.ID] = true
	}
	return c, nil
}

//go:embed builtin.json
var builtin []byte

// Builtin is the catalog that ships.
var Builtin = sync.OnceValue(func() Catalog {
	c, err := Parse(builtin)
	if err != nil {
		panic(err) // a test reads it
	}
	return c
})

// Format is the format in which the application's passwords are made: its tier's, or compact.
func (a Application) Format() password.Format {
	if a.Compact {
		return password.Compact
	}
	return a.Tier.Format()
}
