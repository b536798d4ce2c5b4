package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// interaction answers buttons and forms.
func (a *app) interaction(ctx context.Context, w http.ResponseWriter, body []byte) {
	var cb slack.InteractionCallback
	form, err := url.ParseQuery(string(body))
	if err != nil || json.Unmarshal([]byte(form.Get("payload")), &cb) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	who := credential.Owner{Team: cb.Team.ID, Person: cb.User.ID}
	if !a.served(who) {
		a.log.WarnContext(ctx, "refused", "cause", "another team", "kind", string(cb.Type))
		w.WriteHeader(http.StatusForbidden)
		return
	}
	switch cb.Type {
	case slack.InteractionTypeViewSubmission:
		switch cb.View.CallbackID {
		case slackui.CallbackNew:
			a.submitNew(ctx, w, who, cb)
		case slackui.CallbackLost:
			a.submitLost(ctx, w, who, cb)
		case slackui.CallbackMany:
			a.submitMany(ctx, w, who, cb)
		}
	case slack.InteractionTypeBlockActions:
		for _, one := range cb.ActionCallback.BlockActions {
			if do := a.presses[one.ActionID]; do != nil {
				do(ctx, w, press{who, a.inView(who, cb.View), cb, one})
			}
		}
	case slack.InteractionTypeShortcut:
		a.shortcut(ctx, w, who, cb)
	}
	// Anything else is acknowledged: it needs no answer.
}

// inView speaks the language of an open view, or elsewhere as far as the person's is known.
func (a *app) inView(who credential.Owner, v slack.View) slackui.UI {
	if locale := slackui.ViewLocale(v); v.ID != "" && locale != "" {
		return slackui.In(locale)
	}
	return a.ui(who)
}
