package main

import (
	"context"
	"net/http"
	"slices"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/list"
)

// findToShow shows the app password that a word means; where that is not one, those that it may be. One that is over is found where none
// is live.
func (a *app) findToShow(ui slackui.UI, own list.Overview, word string) slackui.Message {
	found := list.Matching(own.Live, ui.Names(a.names()), word)
	if len(found) == 0 {
		found = list.Matching(own.Ended, ui.Names(a.names()), word)
	}
	switch {
	case len(found) == 1:
		return ui.Show(found[0], a.now(), a.names())
	case word != "" && len(found) == 0:
		return ui.Choose("show.none", a.passwords(own, slackui.KindLive, 0), a.names())
	}
	return ui.Choose("show.choose", a.these(own, found), a.names())
}

// act is what is done to the app password that a word means: it is shown with the button for that, as typing alone does nothing.
type act struct {
	among  []credential.Credential // those to which it can be done
	show   func(credential.Credential) slackui.Message
	choose func(code string, p slackui.Passwords, applications catalog.Catalog) slackui.Message
	// which is the code of the question where several are meant, none of the answer where it is none.
	which, none string
}

// findTo shows the app password that a word means with the button for an act; where that is not one, those that it may be. One of which that
// can't be done is shown as it stands.
func (a *app) findTo(do act, ui slackui.UI, own list.Overview, word string) slackui.Message {
	found := list.Matching(do.among, ui.Names(a.names()), word)
	switch {
	case len(found) == 1:
		return do.show(found[0])
	case word != "" && len(found) == 0:
		if other := list.Matching(slices.Concat(own.Live, own.Ended), ui.Names(a.names()), word); len(other) == 1 {
			return ui.Show(other[0], a.now(), a.names())
		}
		return do.choose(do.none, a.these(own, do.among), a.names())
	case len(found) == 0:
		found = do.among
	}
	return do.choose(do.which, a.these(own, found), a.names())
}

func (a *app) findToRotate(ui slackui.UI, own list.Overview, word string) slackui.Message {
	var active []credential.Credential
	for _, c := range own.Live {
		if c.State == credential.Active {
			active = append(active, c)
		}
	}
	show := func(c credential.Credential) slackui.Message {
		return ui.ShowToRotate(c, a.rules.Load(), a.now(), a.names())
	}
	return a.findTo(act{active, show, ui.Choose, "rotate.choose", "rotate.none"}, ui, own, word)
}

func (a *app) findToRevoke(ui slackui.UI, own list.Overview, word string) slackui.Message {
	show := func(c credential.Credential) slackui.Message { return ui.ShowToRevoke(c, a.now(), a.names()) }
	return a.findTo(act{own.Live, show, ui.ChooseToRevoke, "revoke.choose", "revoke.none"}, ui, own, word)
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
