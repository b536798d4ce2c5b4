package doctor

import (
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/service"
)

// cabinet is what a doctor has at hand.
type cabinet struct {
	now      time.Time
	services map[string]service.Service
	own      []credential.Credential
}

// findings is what was refused, device by device.
func (c *cabinet) findings(refused []diagnosis.Rejection) []diagnosis.Finding {
	slices.SortStableFunc(refused, func(a, b diagnosis.Rejection) int { return a.At.Compare(b.At) })
	order, all := []device{}, map[device]diagnosis.Finding{}
	for _, r := range refused {
		meant := c.credential(r.Credential)
		if r.Credential != "" && meant == nil {
			continue // somebody else's
		}
		s := c.service(r.Service)
		cause := c.cause(r, s)
		several := r.Passwords > 1 // counted for a network, whichever devices they are of
		key := device{cause, r.Credential, r.Service, r.Protocol, from(r.Address, r.Network)}
		if several {
			key.from = r.Network
		}
		f, known := all[key]
		if !known {
			order = append(order, key)
			f = diagnosis.Finding{Cause: cause, Service: s, Protocol: r.Protocol, Credential: meant, First: r.At}
		}
		f.Last, f.Network, f.Address, f.Times, f.Passwords = r.At, r.Network, r.Address, f.Times+1, max(f.Passwords, r.Passwords)
		if several {
			f.Address = ""
		}
		f.Worked, f.Beside = c.signed(r)
		f.Leaked = c.leaked(meant, r)
		if cause == diagnosis.WrongService || cause == diagnosis.WrongProtocol {
			f.Instead = c.instead(r)
		}
		all[key] = f
	}
	found := make([]diagnosis.Finding, len(order))
	for i, key := range order {
		found[i] = all[key]
	}
	return found
}

// cause is the rejection's, told more exactly where more is known.
func (c *cabinet) cause(r diagnosis.Rejection, s service.Service) diagnosis.Cause {
	switch {
	case r.Cause == diagnosis.Unknown && r.Full:
		return diagnosis.Guessed
	case r.Cause == diagnosis.WrongProtocol && len(s.Protocols) > 0 && !s.Speaks(r.Protocol):
		return diagnosis.NotOffered
	}
	return r.Cause
}

// unopened is what does not work because nobody has looked at it, whether or not a program has tried it. What is told of already is not
// told of again.
func (c *cabinet) unopened(told []diagnosis.Finding) []diagnosis.Finding {
	var found []diagnosis.Finding
	for _, own := range c.own {
		if slices.ContainsFunc(told, func(f diagnosis.Finding) bool { return f.Credential != nil && f.Credential.ID == own.ID }) {
			continue
		}
		f := diagnosis.Finding{First: own.Made, Last: own.Made, Credential: &own}
		switch {
		case own.State == credential.Pending && own.Live(c.now):
			f.Cause = diagnosis.Unopened
		case own.State == credential.Expired && own.Activated.IsZero() && c.now.Sub(own.Ended) < Back:
			f.Cause, f.Last = diagnosis.Unread, own.Ended
		default:
			continue
		}
		found = append(found, f)
	}
	return found
}

// credential is the person's own of that id, or nil.
func (c *cabinet) credential(id string) *credential.Credential {
	i := slices.IndexFunc(c.own, func(own credential.Credential) bool { return own.ID == id })
	if id == "" || i < 0 {
		return nil
	}
	return &c.own[i]
}

func (c *cabinet) service(id string) service.Service {
	if s, ok := c.services[id]; ok {
		return s
	}
	return service.Service{ID: id}
}

// works reports whether an app password signs in.
func (c *cabinet) works(own credential.Credential) bool {
	return own.State == credential.Active && own.Live(c.now)
}

// seen is each use that is known of any of the person's app passwords.
func (c *cabinet) seen(yield func(*credential.Credential, credential.Use) bool) {
	for i, own := range c.own {
		for _, u := range slices.Concat(own.Uses, own.Former.Uses) {
			if !yield(&c.own[i], u) {
				return
			}
		}
	}
}

// signed is when what was refused signed in last in the way in which the rejection came, and when something else did from there.
func (c *cabinet) signed(r diagnosis.Rejection) (worked, beside diagnosis.Signed) {
	for i := range c.own {
		own, uses := &c.own[i], c.own[i].Uses
		if r.Cause != diagnosis.Superseded {
			uses = slices.Concat(uses, own.Former.Uses) // else it was they that were refused
		}
		for _, u := range uses {
			last := &beside
			switch {
			case u.Service != r.Service || u.Protocol != r.Protocol || u.Network != r.Network:
				continue
			case c.itself(r, own, u):
				last = &worked
			case r.Network == "":
				continue // nowhere that they have in common
			}
			if u.At.After(last.At) {
				*last = diagnosis.Signed{At: u.At, With: own}
			}
		}
	}
	return worked, beside
}

// itself reports whether a use of the same way is of what was refused. That of another password is not, wherever it comes from, while that
// of the same one is from any device, unless it can be right on one and wrong on another. What was nobody's is known by its address.
func (c *cabinet) itself(r diagnosis.Rejection, own *credential.Credential, u credential.Use) bool {
	there := r.Address != "" && from(u.Address, u.Network) == from(r.Address, r.Network)
	switch {
	case r.Credential == "":
		return there && r.Passwords <= 1
	case r.Credential != own.ID || !c.works(*own):
		return false
	case r.Cause == diagnosis.Superseded || r.Cause == diagnosis.WrongLogin:
		return there
	}
	return true
}

// last is the last sign-in, and with what.
func (c *cabinet) last() (last *credential.Use, with *credential.Credential) {
	for own, u := range c.seen {
		if last == nil || u.At.After(last.At) {
			last, with = &u, own
		}
	}
	return last, with
}

// leaked reports whether somebody else may hold an app password that works: it was sent, rightly or not, from a network in which nothing
// of its owner's ever signed in, while there are others. Without any sign-in it is its owner who tries.
func (c *cabinet) leaked(sent *credential.Credential, r diagnosis.Rejection) bool {
	if sent == nil || !c.works(*sent) || r.Network == "" {
		return false
	}
	known := false
	for _, u := range c.seen {
		if u.Network == r.Network {
			return false
		}
		known = true
	}
	return known || r.Cause == diagnosis.WrongLogin || r.Cause == diagnosis.WrongNetwork
}

// instead is an app password of the person's that would do where another one was sent, or nil.
func (c *cabinet) instead(r diagnosis.Rejection) *credential.Credential {
	for i, own := range c.own {
		if own.ID != r.Credential && c.works(own) && slices.Contains(own.Services, r.Service) &&
			(len(own.Protocols) == 0 || slices.Contains(own.Protocols, r.Protocol)) && len(own.Networks) == 0 {
			return &c.own[i]
		}
	}
	return nil
}
