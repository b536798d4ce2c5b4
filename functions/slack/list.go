package main

import (
	"context"
	"net/http"

	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/list"
)

// passwords is a page of what a list of that kind holds.
func (a *app) passwords(own list.Overview, kind slackui.Kind, page int) slackui.Passwords {
	p := slackui.Passwords{Kind: kind, Page: page, All: own.Live, Now: a.now()}
	switch kind {
	case slackui.KindAll:
		p.All = append(p.All[:len(p.All):len(p.All)], own.Ended...)
	case slackui.KindExpiring:
		p.All = own.Expiring(p.Now)
	}
	return p
}

// listed is the list that a word asks for; behind a word that is not known, what is live.
func (a *app) listed(ui slackui.UI, own list.Overview, word string) slackui.Message {
	kind, ok := slackui.ParseKind(word)
	if !ok {
		return ui.Choose("list.kind", a.passwords(own, slackui.KindLive, 0), a.names())
	}
	return ui.List(a.passwords(own, kind, 0), a.names())
}

// list shows a page of a list, as it is now, in the place of another one.
func (a *app) list(ctx context.Context, w http.ResponseWriter, p press) {
	kind, page, ok := slackui.ParsePage(p.action.Value)
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	own, err := a.lister.Overview(ctx, p.who)
	if err != nil {
		a.replace(ctx, p, a.failed(ctx, p.ui, err))
		return
	}
	a.replace(ctx, p, p.ui.List(a.passwords(own, kind, page), a.names()))
}
