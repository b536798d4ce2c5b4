package slack

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/apppass/apppass/infra/local/template"
	"github.com/apppass/apppass/shared/edge/slackui"
)

type manifest struct {
	DisplayInformation struct{ Name, Description string } `yaml:"display_information"`
	Features           struct {
		SlashCommands []struct {
			Command, URL, Description string
			ShouldEscape              bool `yaml:"should_escape"`
		} `yaml:"slash_commands"`
		Shortcuts []struct {
			Name, Type, Description string
			CallbackID              string `yaml:"callback_id"`
		}
	}
	OAuth struct {
		Scopes struct{ Bot []string }
	} `yaml:"oauth_config"`
	Settings struct {
		Interactivity struct {
			RequestURL string `yaml:"request_url"`
		}
		Events struct {
			RequestURL string   `yaml:"request_url"`
			Bot        []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
	}
}

func TestManifest(t *testing.T) {
	text, err := os.ReadFile("manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := yaml.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	// https://docs.slack.dev/reference/app-manifest
	for what, c := range map[string]struct {
		text    string
		longest int
	}{
		"name":                {m.DisplayInformation.Name, 35},
		"description":         {m.DisplayInformation.Description, 140},
		"command":             {m.Features.SlashCommands[0].Command, 32},
		"command description": {m.Features.SlashCommands[0].Description, 2000},
	} {
		if n := utf8.RuneCountInString(c.text); n == 0 || n > c.longest {
			t.Errorf("the %s has %d characters, of %d", what, n, c.longest)
		}
	}
	if len(m.Features.Shortcuts) != 1 {
		t.Fatalf("there are %d shortcuts", len(m.Features.Shortcuts))
	}
	s := m.Features.Shortcuts[0]
	if n := utf8.RuneCountInString(s.Name); n == 0 || n > 24 || utf8.RuneCountInString(s.Description) > 150 || s.Description == "" {
		t.Errorf("the shortcut is %q, %q", s.Name, s.Description)
	}
	if s.Type != "global" || s.CallbackID != slackui.ShortcutNew {
		t.Errorf("the shortcut is %s %s, want global %s", s.Type, s.CallbackID, slackui.ShortcutNew)
	}
	if c := m.Features.SlashCommands[0]; c.Command != "/apppass" || c.ShouldEscape {
		t.Errorf("the command is %s, escaped: %v", c.Command, c.ShouldEscape)
	}
	if want := []string{"chat:write", "commands", "users:read", "users:read.email"}; !slices.Equal(slices.Sorted(slices.Values(m.OAuth.Scopes.Bot)), want) {
		t.Errorf("the scopes are %v, want %v", m.OAuth.Scopes.Bot, want)
	}
	house, err := template.Load(filepath.Join("..", "..", "template.yaml"), map[string]string{"SlackTeam": "TLOCAL"}, template.Endpoints{})
	if err != nil {
		t.Fatal(err)
	}
	var routes []string
	for _, f := range house.Functions {
		for _, r := range f.Routes {
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	for _, url := range []string{m.Features.SlashCommands[0].URL, m.Settings.Interactivity.RequestURL, m.Settings.Events.RequestURL} {
		if path, ok := strings.CutPrefix(url, "https://CHANGE.ME"); !ok || !slices.Contains(routes, "POST "+path) {
			t.Errorf("nothing is declared behind %s", url)
		}
	}
}
