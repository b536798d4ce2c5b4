package world

import (
	"github.com/apppass/apppass/infra/local/drive"
)

// Admin is an operator of the company, who calls the admin API.
type Admin struct {
	w *World
	drive.Admin
}

// MakesKey makes a key of a service and returns its text.
func (a *Admin) MakesKey(service string) string {
	a.w.t.Helper()
	ctx, cancel := a.w.context()
	defer cancel()
	k, err := a.MakeKey(ctx, service)
	if err != nil {
		a.w.t.Fatalf("make a key of %s: %v", service, err)
	}
	return k.Key
}

// RevokesKey revokes a service's key, by its prefix.
func (a *Admin) RevokesKey(service, prefix string) {
	a.w.t.Helper()
	ctx, cancel := a.w.context()
	defer cancel()
	if err := a.RevokeKey(ctx, service, prefix); err != nil {
		a.w.t.Fatalf("revoke a key of %s: %v", service, err)
	}
}

// Lists is the prefixes of a service's keys, the oldest first.
func (a *Admin) Lists(service string) []string {
	a.w.t.Helper()
	ctx, cancel := a.w.context()
	defer cancel()
	all, err := a.Keys(ctx, service)
	if err != nil {
		a.w.t.Fatalf("list the keys of %s: %v", service, err)
	}
	prefixes := make([]string, len(all))
	for i, k := range all {
		prefixes[i] = k.Prefix
	}
	return prefixes
}
