// Command gallery writes one HTML page of every screen that the app shows in Slack, in every language, to look through.
//
// The screens are the golden files of package slackui; the local Slack's page draws them, by its own modules. The page needs no server:
// everything is in it. Its link buttons and choices do nothing.
//
// # What may be changed here
//
// How the page looks: gallery.html, gallery.css and gallery.js. A screen is added where its golden file is made.
package main

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/apppass/apppass/shared/core/text"
)

var (
	//go:embed gallery.html
	frame string
	//go:embed gallery.css
	look string
	//go:embed gallery.js
	script string
)

// styles is the local Slack's, in its page's order; the rest of its styles are of what is around screens.
var styles = []string{"tokens.css", "frame.css", "messages.css", "blocks.css", "controls.css", "dialogs.css"}

func main() {
	screens := flag.String("screens", "shared/edge/slackui/testdata", "the folder of the golden files")
	assets := flag.String("assets", "infra/local/slack/page/assets", "the folder of what draws them")
	out := flag.String("out", "build/gallery.html", "the page that is written")
	flag.Parse()
	if err := write(*screens, *assets, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func write(screens, assets, out string) error {
	all, err := read(screens)
	if err != nil {
		return err
	}
	modules, err := imports(assets)
	if err != nil {
		return err
	}
	css := strings.Builder{}
	for _, name := range styles {
		body, err := os.ReadFile(filepath.Join(assets, name))
		if err != nil {
			return err
		}
		css.Write(body)
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	err = template.Must(template.New("gallery").Parse(frame)).Execute(f, map[string]any{
		"Styles": template.CSS(css.String() + look), "Script": template.JS(bare(script)), "Imports": modules,
		"Languages": text.Languages(), "Screens": all, "Count": len(all),
	})
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Printf("%d screens in %s: %s\n", len(all), strings.Join(text.Languages(), ", "), out)
	return nil
}

// Screen is one screen in each language.
type Screen struct {
	Name, Group string
	In          map[string]json.RawMessage
}

// read is every screen, groups together.
func read(folder string) ([]Screen, error) {
	found := map[string]*Screen{}
	for _, language := range text.Languages() {
		files, err := filepath.Glob(filepath.Join(folder, language+"-*.json"))
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("%s has no screens in %s", folder, language)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), language+"-"), ".json")
			if found[name] == nil {
				group, _, _ := strings.Cut(name, "-")
				found[name] = &Screen{Name: name, Group: group, In: map[string]json.RawMessage{}}
			}
			found[name].In[language] = body
		}
	}
	var all []Screen
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all = append(all, *found[name])
	}
	slices.SortStableFunc(all, func(a, b Screen) int { return strings.Compare(a.Group, b.Group) })
	return all, nil
}

// relative is an import of a module beside.
var relative = regexp.MustCompile(`(from|import) '\./([a-z]+\.js)'`)

// bare names the modules that a module imports without a place: in one page they have none.
func bare(module string) string { return relative.ReplaceAllString(module, "$1 '$2'") }

// imports is the element of a page's import map: every module by its bare name, as a data URL.
func imports(folder string) (template.HTML, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.js"))
	if err != nil {
		return "", err
	}
	all := map[string]string{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		all[filepath.Base(file)] = "data:text/javascript;base64," + base64.StdEncoding.EncodeToString([]byte(bare(string(body))))
	}
	body, err := json.Marshal(map[string]any{"imports": all}) // which escapes < and >
	return template.HTML(`<script type="importmap">` + string(body) + "</script>"), err
}
