package slackapi_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
)

func TestAHomeTabIsShownToItsPerson(t *testing.T) {
	h := newHouse(t)
	for _, sentence := range []string{"the first", "the second"} {
		if err := h.PublishHome(t.Context(), "UBOB", slackui.In("en").HomeFailed(1, slackui.In("en").Plain(sentence))); err != nil {
			t.Fatal(err)
		}
		if shown := h.screen("UBOB").Home; shown == nil || !strings.Contains(string(shown.View), sentence) {
			t.Errorf("Bob sees %+v, want %s", shown, sentence)
		}
	}
	if shown := h.screen("UALICE").Home; shown != nil {
		t.Errorf("Alice sees %s", shown.View)
	}
}

func TestWhoHasNoHomeTabIsTold(t *testing.T) {
	h := newHouse(t)
	v := slackui.In("en").HomeFailed(1, slackui.In("en").Plain(spoken))
	for _, who := range []string{"UNOBODY", "USLACKBOT"} {
		if err := h.PublishHome(t.Context(), who, v); !errors.Is(err, slackapi.ErrNoHome) {
			t.Errorf("%s: got %v, want %v", who, err, slackapi.ErrNoHome)
		}
	}
	// A view that Slack refuses is no person's.
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewSectionBlock(slack.NewTextBlockObject("plain_text", "", false, false), nil, nil))
	if err := h.PublishHome(t.Context(), "UALICE", v); errors.Is(err, slackapi.ErrNoHome) || !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("a view without a text: got %v", err)
	}
}
