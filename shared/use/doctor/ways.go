package doctor

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
)

// mostWays is how many ways a person is asked to try.
const mostWays = 3

var (
	// mail is what mail programs need, and most people have one.
	mail = []service.Protocol{service.IMAP, service.POP3, service.SMTP}
	// seldom is what programs that speak IMAP are let in by and seldom need: only where it was seen.
	seldom = []service.Protocol{service.POP3, service.Sieve}
)

// need is a service and a protocol of it.
type need struct {
	service  string
	protocol service.Protocol
}

// ways is what the person's programs have to reach: what they have used or tried, and what their app passwords are for. Without any it is
// what there is.
func (c *cabinet) ways(refused []diagnosis.Rejection) []diagnosis.Way {
	seen, needs := map[need]bool{}, map[need]bool{}
	for own, u := range c.seen {
		if own.Live(c.now) {
			seen[need{u.Service, u.Protocol}] = true
		}
	}
	for _, r := range refused {
		if r.Credential == "" || c.credential(r.Credential) != nil {
			seen[need{r.Service, r.Protocol}] = true
		}
	}
	add := func(id string, own credential.Credential) {
		may := func(p service.Protocol) bool {
			return c.services[id].Speaks(p) && (len(own.Protocols) == 0 || slices.Contains(own.Protocols, p))
		}
		for _, p := range service.Protocols {
			n := need{id, p}
			if may(p) && (seen[n] || !slices.Contains(seldom, p) || !may(service.IMAP)) {
				needs[n] = true
			}
		}
	}
	for _, own := range c.own {
		for _, id := range own.Services {
			if own.Live(c.now) {
				add(id, own)
			}
		}
	}
	for n := range seen {
		if c.services[n.service].Speaks(n.protocol) {
			needs[n] = true
		}
	}
	if len(needs) == 0 {
		for id := range c.services {
			add(id, credential.Credential{})
		}
	}
	first := func(is bool) int {
		if is {
			return 0
		}
		return 1
	}
	sorted := slices.SortedFunc(maps.Keys(needs), func(a, b need) int {
		return cmp.Or(first(slices.Contains(mail, a.protocol))-first(slices.Contains(mail, b.protocol)), first(seen[a])-first(seen[b]),
			slices.Index(service.Protocols, a.protocol)-slices.Index(service.Protocols, b.protocol), strings.Compare(a.service, b.service))
	})
	return c.reachable(sorted)
}

// reachable is the first of what is needed that have a server's name and port, each of these once.
func (c *cabinet) reachable(all []need) (ways []diagnosis.Way) {
	for _, n := range all {
		s := c.services[n.service]
		port := s.Ports[n.protocol]
		again := slices.ContainsFunc(ways, func(w diagnosis.Way) bool { return w.Service.Host == s.Host && w.Service.Ports[w.Protocol] == port })
		if port != 0 && s.Host != "" && !again && len(ways) < mostWays {
			ways = append(ways, diagnosis.Way{Service: s, Protocol: n.protocol})
		}
	}
	return ways
}

// used is the services that the person's app passwords are for, or all where there are none: what is needed most first, the others by name.
func (c *cabinet) used(ways []diagnosis.Way) []service.Service {
	mine := map[string]service.Service{}
	for _, own := range c.own {
		for _, id := range own.Services {
			if s, ok := c.services[id]; ok && own.Live(c.now) {
				mine[id] = s
			}
		}
	}
	if len(mine) == 0 {
		mine = c.services
	}
	place := func(s service.Service) int {
		i := slices.IndexFunc(ways, func(w diagnosis.Way) bool { return w.Service.ID == s.ID })
		return cmp.Or(i+1, len(ways)+1)
	}
	return slices.SortedFunc(maps.Values(mine), func(a, b service.Service) int {
		return cmp.Or(place(a)-place(b), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
}
