// Package doctor finds out why a person's programs can't sign in, from what verification has kept of the last seven days.
//
// # What is promised
//
// Everything is read by who asks: their own app passwords, and what was refused to the login that is stored for them. A rejection that
// names an app password of anybody else is left out. The reads are a fixed number of requests and at most [Most] rejections of a sort,
// whatever was refused. What can't be read is named as trouble, and the rest is still found: whose programs fail at that moment has to be
// told that it is not their fault.
//
// # What counts as one device
//
// What was refused for the same cause, with the same app password, at the same service, by the same protocol, from the same address. Of
// IPv6 the first half of the address counts: devices change the other one by themselves. Of a network one rejection a minute is kept for a
// cause, so a device can be hidden behind another: the network is named with the address, and alone where several passwords were counted.
//
// # What counts as mended
//
// What has signed in since with the same app password, or, where what was refused was nobody's, from the same address. Another app password
// that signs in mends nothing: it is told as what it is.
//
// # What may be changed here
//
// How causes are told apart (causes.go), freely: nothing is decided by a diagnosis.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/service"
)

const (
	// Back is how far a doctor looks back.
	Back = 7 * 24 * time.Hour
	// Most is how many rejections are looked at, and how many counts of unknown passwords.
	Most = 200
	// page is how many findings a person is told of.
	page = 8
)

// Store is what is read of a person.
type Store interface {
	// Credentials is everything the owner has and had, in any order.
	Credentials(ctx context.Context, owner credential.Owner) ([]credential.Credential, error)
	// Rejections is what was refused to a login since then, in any order: of each sort the newest, at most so many. More says that there
	// were others.
	Rejections(ctx context.Context, login string, since time.Time, most int) (all []diagnosis.Rejection, more bool, err error)
}

// People knows persons.
type People interface {
	// Person is what is stored; its Login is empty where nothing is.
	Person(ctx context.Context, owner credential.Owner) (person.Person, error)
}

// Settings is what the company has decided.
type Settings interface {
	// Services is every relying party.
	Services(ctx context.Context) ([]service.Service, error)
}

// Doctor diagnoses.
type Doctor struct {
	store    Store
	people   People
	settings Settings
	now      func() time.Time
}

// New returns a doctor.
func New(store Store, people People, settings Settings, now func() time.Time) *Doctor {
	return &Doctor{store, people, settings, now}
}

// Diagnose is what is found for the owner. What goes wrong is in its Trouble.
func (d *Doctor) Diagnose(ctx context.Context, owner credential.Owner) diagnosis.Diagnosis {
	var found diagnosis.Diagnosis
	trouble := func(doing string, err error) {
		if err != nil {
			found.Trouble = errors.Join(found.Trouble, fmt.Errorf("%s: %w", doing, err))
		}
	}
	who, err := d.people.Person(ctx, owner)
	trouble("look who asks", err)
	if err == nil && who.Owner == owner {
		found.Login = who.Login
	}
	all, err := d.services(ctx)
	trouble("read the services", err)
	own, err := d.store.Credentials(ctx, owner)
	trouble("read the app passwords", err)
	own = slices.DeleteFunc(own, func(c credential.Credential) bool { return c.Owner != owner })
	c := &cabinet{now: d.now(), services: all, own: own}
	var refused []diagnosis.Rejection
	if found.Login != "" {
		refused, found.More, err = d.store.Rejections(ctx, found.Login, c.now.Add(-Back), Most)
		trouble("read what was refused", err)
		found.Findings = c.findings(refused)
	}
	found.Ways = c.ways(refused)
	told := append(found.Findings, c.unopened(found.Findings)...)
	for _, f := range told {
		if !f.Mended() {
			found.Open++
		}
	}
	found.More = found.More || len(told) > page
	found.Findings = newest(urgent(newest(told)))
	found.Live = slices.ContainsFunc(own, c.works)
	found.Last, found.With = c.last()
	found.Services = c.used(found.Ways)
	return found
}

func newest(all []diagnosis.Finding) []diagnosis.Finding {
	slices.SortStableFunc(all, func(a, b diagnosis.Finding) int { return b.Last.Compare(a.Last) })
	return all
}

// urgent is the page that a person is told of. What somebody else may have comes first, then what was never opened, of which no program
// may tell, and last what is mended.
func urgent(all []diagnosis.Finding) []diagnosis.Finding {
	rank := func(f diagnosis.Finding) int {
		switch {
		case f.Leaked:
			return 0
		case f.Times == 0:
			return 1
		case f.Mended():
			return 3
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b diagnosis.Finding) int { return rank(a) - rank(b) })
	return all[:min(len(all), page)]
}

func (d *Doctor) services(ctx context.Context) (map[string]service.Service, error) {
	all, err := d.settings.Services(ctx)
	byID := map[string]service.Service{}
	for _, s := range all {
		byID[s.ID] = s
	}
	return byID, err
}

// device is what is told apart.
type device struct {
	cause      diagnosis.Cause
	credential string
	service    string
	protocol   service.Protocol
	from       string
}

// from is the part of an address by which devices in one network are told apart.
func from(address, network string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return network
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	half, err := a.WithZone("").Prefix(64)
	if err != nil {
		return network // not of an IPv6 address
	}
	return half.String()
}
