package main

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// guideTo is the guide to the application that a word means; where that is not one, the choice among those that it may be. It reads the
// services, and nothing of the person's.
func (a *app) guideTo(ctx context.Context, ui slackui.UI, word string) slackui.Message {
	applications := a.names()
	if word == "" || word == slackui.AllGuides {
		return ui.Guides(applications)
	}
	found := meant(applications, word)
	switch len(found) {
	case 0:
		return ui.GuideUnknown(applications)
	case 1:
		services, ok := a.setup(ctx)
		return ui.Guide(found[0], services, ok)
	}
	return ui.GuideUnknown(found)
}

// meant is the applications that a word may mean: the one of that id or name, else those of which the name or id has all of its parts.
func meant(applications catalog.Catalog, word string) catalog.Catalog {
	if one, ok := applications.Match(word); ok {
		return catalog.Catalog{one}
	}
	parts := strings.Fields(strings.ToLower(word))
	return slices.DeleteFunc(slices.Clone(applications), func(one catalog.Application) bool {
		named := one.ID + " " + strings.ToLower(one.Name)
		return slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(named, part) })
	})
}

// setup is the services, or, where they can't be read at once, as they were read last; ok is false where they never were.
func (a *app) setup(ctx context.Context) (all []service.Service, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	all, err := a.services.Services(ctx)
	if err == nil {
		a.servers.Store(&all)
		return all, true
	}
	a.log.WarnContext(ctx, "the services can't be read", "reference", reference(ctx), "cause", err.Error())
	if last := a.servers.Load(); last != nil {
		return *last, true
	}
	return nil, false
}

// guide shows a guide in the place of what offered it.
func (a *app) guide(ctx context.Context, _ http.ResponseWriter, p press) {
	if p.chosen() == "" {
		return // a link leads elsewhere by itself
	}
	a.replace(ctx, p, a.guideTo(ctx, p.ui, p.chosen()))
}
