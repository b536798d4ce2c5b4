package main

import (
	"context"
	"sync"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// tongues remembers in which locale people are spoken to, as it was read or heard last.
type tongues struct {
	mu    sync.Mutex
	known map[string]string // by Slack user id
}

// remembered is how many people's are remembered; one more, and all are forgotten.
const remembered = 4096

func (t *tongues) of(who string) (locale string, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	locale, known = t.known[who]
	return locale, known
}

func (t *tongues) learn(who, locale string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= remembered {
		t.known = map[string]string{}
	}
	t.known[who] = locale
}

// ui speaks a person's language, as far as it is known without a call.
func (a *app) ui(who credential.Owner) slackui.UI {
	locale, _ := a.tongues.of(who.Person)
	return slackui.In(locale)
}

// heard speaks a person's language by what is stored. Where nothing is, Slack is asked, if it may be and was not before.
func (a *app) heard(ctx context.Context, who credential.Owner, speak person.Preferences, mayAsk bool) slackui.UI {
	locale := speak.Speaks()
	if _, before := a.tongues.of(who.Person); locale == "" && (before || !mayAsk) {
		return a.ui(who)
	}
	if locale == "" {
		account, err := a.slack.Account(ctx, who.Person)
		if err != nil {
			a.log.InfoContext(ctx, "the default language is spoken", "cause", err.Error())
			return a.ui(who)
		}
		locale = account.Locale
	}
	a.tongues.learn(who.Person, locale)
	return slackui.In(locale)
}
