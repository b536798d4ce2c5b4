package slackui

import (
	"strings"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/service"
)

// oauths is how applications of the built-in catalog sign in without a password, by their ids.
var oauths = map[string]string{
	"outlook-desktop": "new.oauth.outlook",
	"outlook-mobile":  "new.oauth.outlook",
	"thunderbird":     "new.oauth.thunderbird",
	"apple-mail":      "new.oauth.apple_mail",
	"ios-mail":        "new.oauth.ios_mail",
	"gmail-app":       "new.oauth.gmail_app",
}

// oauth says that an application can sign in without a password, and how: by its own way, else by what is usual for its kind.
func (u UI) oauth(a catalog.Application) string {
	code, own := oauths[a.ID]
	if !own {
		switch a.Kind {
		case catalog.ThirdPartyService:
			code = "new.oauth.service"
		case catalog.Automation, catalog.LegacyDevice:
			code = "new.oauth.automation"
		default:
			code = "new.oauth.program"
		}
	}
	return u.say.Say(code, "application", u.application(a.Name))
}

// purposes is what a protocol is good for.
var purposes = map[service.Protocol]string{
	service.IMAP: "new.good.imap", service.POP3: "new.good.pop3", service.SMTP: "new.good.smtp",
	service.Sieve: "new.good.sieve", service.DAV: "new.good.dav", service.HTTP: "new.good.http",
}

// good says what an application's password will be good for.
func (u UI) good(a catalog.Application) string {
	if len(a.Protocols) == 0 {
		return u.say.Say("new.good.any", "application", u.application(a.Name))
	}
	what := make([]string, len(a.Protocols))
	for i, p := range a.Protocols {
		what[i] = u.say.Say(purposes[p])
	}
	return u.say.Say("new.good", "application", u.application(a.Name), "what", strings.Join(what, ", "))
}
