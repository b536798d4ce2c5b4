package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/apppass/apppass/infra/e2e/browser"
	"github.com/apppass/apppass/shared/core/link"
)

// speaks sets the browser's languages, the preferred one first: "de-AT,en".
func (v *visit) speaks(languages string) *visit {
	v.t.Helper()
	browser.Send(v.t, v.tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: evaluate[string](v, "navigator.userAgent"), AcceptLanguage: languages,
	})
	return v
}

func TestThePageSpeaksThePersonsLanguage(t *testing.T) {
	first := browser.New(t)
	for _, c := range []struct{ languages, lang, title, reveal string }{
		{"en-US,en", "en-US", "Your app password is ready", "Reveal app password"},
		{"de-AT,en", "de-AT", "Ihr App-Passwort ist bereit", "App-Passwort anzeigen"},
		{"es,en", "es", "Su contraseña de aplicación está lista", "Mostrar la contraseña"},
		{"fr-FR,es-MX,en", "es-MX", "Su contraseña de aplicación está lista", "Mostrar la contraseña"},
		{"ja,pt-BR", "en", "Your app password is ready", "Reveal app password"},
	} {
		t.Run(c.languages, func(t *testing.T) {
			v := arrive(t, browser.Tab(t, first)).speaks(c.languages).opensLink()
			want(t, "lang", evaluate[string](v, "document.documentElement.lang"), c.lang)
			want(t, "the title", v.text("#title"), c.title)
			want(t, "the button", v.text("#do-reveal"), c.reveal)
			v.presses("reveal").sees("holding").presses("show")
			browser.Shoot(t, v.tab, "shown-"+c.lang)
		})
	}
}

func TestATimeIsWrittenAsThePersonsLanguageDoes(t *testing.T) {
	first := browser.New(t)
	for languages, want := range map[string]string{"en-US": "Time: Nov 3, 2026, ", "en-GB": "Time: 3 Nov 2026, ", "de": "Zeit: 03.11.2026, ", "es": "Hora: 3 nov 2026, "} {
		v := arrive(t, browser.Tab(t, first)).speaks(languages)
		v.answers(over(link.ErrUsed))
		v.opensLink().presses("reveal").sees("used")
		// On the day itself the time stands alone.
		evaluate[chromedp.Void](v, "void show('used', { at: 1793714520 })")
		if got := v.text("#why"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want it to begin with %q", languages, got, want)
		}
	}
}

func TestThePasswordIsSpelledOut(t *testing.T) {
	first := browser.New(t)
	for languages, spelled := range map[string][]string{
		"en": {"capital X", "k", "seven", "hyphen", "dot", "underscore", "equals sign", "two", "nine"},
		"de": {"groß X", "k", "sieben", "Bindestrich", "Punkt", "Unterstrich", "Gleichheitszeichen", "zwei", "neun"},
		"es": {"X mayúscula", "k", "siete", "guion", "punto", "guion bajo", "igual", "dos", "nueve"},
	} {
		v := arrive(t, browser.Tab(t, first)).speaks(languages).opensLink().presses("reveal").sees("holding")
		want(t, "what is spelled of a masked password", evaluate[string](v, "$('spell').lastChild.textContent"), "")
		v.presses("show")
		said := strings.Split(evaluate[string](v, "$('spell').lastChild.textContent"), ", ")
		want(t, "the number of words", len(said), len(v.shown))
		for i, c := range "Xk7-._=29" {
			character, err := json.Marshal(string(c))
			if err != nil {
				t.Fatal(err)
			}
			want(t, languages+": "+string(c), evaluate[string](v, "spelled("+string(character)+")"), spelled[i])
		}
	}
}
