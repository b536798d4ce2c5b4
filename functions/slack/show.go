package main

import (
	"context"
	"net/http"
	"slices"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/list"
)

// findToShow shows the app password that a word means; where that is not one, those that it may be. One that is over is found where none
// is live.
func (a *app) findToShow(ui slackui.UI, own list.Overview, word string) slackui.Message {
	found := list.Matching(own.Live, a.names(), word)
	if len(found) == 0 {
		found = list.Matching(own.Ended, a.names(), word)
	}
	switch {
	case len(found) == 1:
		return ui.Show(found[0], a.now(), a.names())
	case word != "" && len(found) == 0:
		return ui.Choose("show.none", a.passwords(own, slackui.KindLive, 0), a.names())
	}
	return ui.Choose("show.choose", a.these(own, found), a.names())
}

// findToRevoke shows the app password that a word means with the button that revokes it: typing alone revokes nothing.
func (a *app) findToRevoke(ui slackui.UI, own list.Overview, word string) slackui.Message {
	found := list.Matching(own.Live, a.names(), word)
	switch {
	case len(found) == 1:
		return ui.ShowToRevoke(found[0], a.now(), a.names())
	case word != "" && len(found) == 0:
		if over := list.Matching(own.Ended, a.names(), word); len(over) == 1 {
			return ui.Show(over[0], a.now(), a.names())
		}
		return ui.ChooseToRevoke("revoke.none", a.passwords(own, slackui.KindLive, 0), a.names())
	}
	return ui.ChooseToRevoke("revoke.choose", a.these(own, found), a.names())
}

// these is some of a person's app passwords, or all live ones where there are none.
func (a *app) these(own list.Overview, some []credential.Credential) slackui.Passwords {
	p := a.passwords(own, slackui.KindLive, 0)
	if len(some) > 0 {
		p.All = some
	}
	return p
}

// show shows the app password of a button or a menu, as it is now: it may be over since the button was made.
func (a *app) show(ctx context.Context, w http.ResponseWriter, p press) {
	id := p.chosen()
	if !credential.ValidID(id) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	own, err := a.lister.Overview(ctx, p.who)
	if err != nil {
		a.replace(ctx, p, a.failed(ctx, p.ui, err))
		return
	}
	all := slices.Concat(own.Live, own.Ended)
	i := slices.IndexFunc(all, func(c credential.Credential) bool { return c.ID == id })
	if i < 0 {
		a.replace(ctx, p, a.failed(ctx, p.ui, credential.ErrNotFound))
		return
	}
	a.replace(ctx, p, p.ui.Show(all[i], a.now(), a.names()))
}
