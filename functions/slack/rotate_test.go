package main

import (
	"net/http"
	"testing"

	"github.com/apppass/apppass/shared/core/job"
)

const rotated = "c0123456789abcdef"

func TestTheLinkOfARotationComesIntoAModal(t *testing.T) {
	inModal := pressed("rotate", rotated)
	inModal["view"] = map[string]any{"id": "V1", "hash": "7", "type": "modal", "blocks": []any{}}
	delete(inModal, "response_url")
	for name, c := range map[string]struct {
		payload map[string]any
		opens   int
		view    string
	}{
		"pressed in a message": {pressed("rotate", rotated), 1, "VOPENED"},
		"pressed in a modal":   {inModal, 0, "V1"},
	} {
		h := newHouse(t)
		answer := h.send(interaction(h, c.payload, nil))
		if answer.StatusCode != http.StatusOK || len(h.opened) != c.opens || len(h.jobs) != 1 || h.jobs[0].Kind != job.Rotate ||
			h.jobs[0].Reply != (job.Reply{ViewID: c.view}) || string(h.jobs[0].Args) != `{"credential":"`+rotated+`"}` {
			t.Errorf("%s: got %d, %d views and %v", name, answer.StatusCode, len(h.opened), h.jobs)
		}
	}
}

func TestWhatIsPressedAboutAFormerPasswordIsQueued(t *testing.T) {
	for action, kind := range map[string]job.Kind{"end_former": job.EndFormer, "extend_former": job.ExtendFormer} {
		for value, want := range map[string]string{
			rotated + " 1795597200": `{"credential":"` + rotated + `","made":1795597200}`,
			rotated:                 "",
			"x 1795597200":          "",
			rotated + " soon":       "",
			"":                      "",
		} {
			h := newHouse(t)
			answer := h.send(interaction(h, pressed(action, value), nil))
			switch {
			case want == "" && (answer.StatusCode != http.StatusBadRequest || len(h.jobs) > 0):
				t.Errorf("%s %q: got %d and %v", action, value, answer.StatusCode, h.jobs)
			case want != "" && (answer.StatusCode != http.StatusOK || len(h.jobs) != 1 || h.jobs[0].Kind != kind || string(h.jobs[0].Args) != want):
				t.Errorf("%s %q: got %d and %v, want %s", action, value, answer.StatusCode, h.jobs, want)
			}
		}
	}
}
