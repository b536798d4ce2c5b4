package e2e

import (
	"testing"

	"github.com/apppass/apppass/infra/local/world"
)

func TestSlacksLanguageIsSpoken(t *testing.T) {
	t.Parallel()
	for locale, says := range map[string]struct{ empty, submit, scanner, ready, list string }{
		"de-DE": {"Sie haben keine App-Passwörter", "Machen", "Scanner oder Drucker", "Ihr App-Passwort ist bereit", "Ihre App-Passwörter: 1"},
		"es-ES": {"No tiene contraseñas de aplicación", "Crear", "Escáner o impresora", "Su contraseña de aplicación está lista", "Sus contraseñas de aplicación: 1"},
		"fr-FR": {"You have no app passwords", "Create", "Scanner or printer", "Your app password is ready", "Your app passwords: 1"},
	} {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			w.Alice.Becomes(map[string]any{"locale": locale})
			if scene := w.Alice.Types("/apppass list"); !has(scene, says.empty) {
				t.Errorf("the first thing she sees is %s", scene.Words())
			}
			scene := w.Alice.Types("/apppass new")
			if submit := scene.Top().View.Submit; submit == nil || submit.Text != says.submit {
				t.Errorf("the form is sent by %+v", submit)
			}
			scene = scene.Picks(says.scanner).Submits()
			if !has(scene, says.ready) {
				t.Errorf("with the first link she sees %s", scene.Words())
			}
			scene.OpensLink().Reveals()
			w.Alice.Closes()
			if scene := w.Alice.Types("/apppass list"); !has(scene, says.list, says.scanner) {
				t.Errorf("the list is %s", scene.Words())
			}
		})
	}
}
