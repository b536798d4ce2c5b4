package slackui

import (
	"slices"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
)

// notBrands is the built-in catalog's names that are words and no brands. A company's own names are shown as they are.
var notBrands = map[string]string{
	"Outlook (desktop)":                      "application.outlook_desktop",
	"Outlook (mobile)":                       "application.outlook_mobile",
	"Gmail app":                              "application.gmail_app",
	"Other email program (IMAP)":             "application.imap_client",
	"Android mail":                           "application.android_mail",
	"Calendar and contacts (DAV)":            "application.calendar_contacts",
	"Project management":                     "application.project_management",
	"Scheduling":                             "application.scheduling",
	"Data analysis":                          "application.data_analysis",
	"Automation script":                      "application.automation_script",
	"Scanner or printer":                     "application.scanner_printer",
	"Legacy system":                          "application.legacy_system",
	"Old device with a short password field": "application.old_device",
}

// application is an application's name in the reader's language.
func (u UI) application(name string) string {
	if code, ok := notBrands[name]; ok {
		return u.say.Say(code)
	}
	return name
}

// Names is a catalog with the names that its reader sees, and types.
func (u UI) Names(all catalog.Catalog) catalog.Catalog {
	all = slices.Clone(all)
	for i, a := range all {
		all[i].Name = u.application(a.Name)
	}
	return all
}

// nameOf is what an app password is called: its application and its owner's words for it.
func (u UI) nameOf(c credential.Credential, applications catalog.Catalog) string {
	a, err := applications.Application(c.Application)
	if err != nil {
		return u.name(c.Application, c.Label)
	}
	return u.name(a.Name, c.Label)
}

func (u UI) name(application, label string) string {
	application = u.application(application)
	if label == "" {
		return application
	}
	return application + " · " + label
}
