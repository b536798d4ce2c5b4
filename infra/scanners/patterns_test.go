package scanners

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/apppass/apppass/shared/core/password"
)

// vector is an app password of the specification.
type vector struct {
	Format    string   `json:"format"`
	Canonical string   `json:"canonical"`
	Shown     string   `json:"shown"`
	Typed     []string `json:"typed"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("../../shared/core/password/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Passwords []vector }
	if err := json.Unmarshal(text, &v); err != nil || len(v.Passwords) < 10 {
		t.Fatalf("%d vectors, %v", len(v.Passwords), err)
	}
	return v.Passwords
}

// rule is a rule of gitleaks.toml: what it finds, but for what its allowlist lets pass.
type rule struct {
	finds   *regexp.Regexp
	ignores []*regexp.Regexp
}

var (
	ruleID  = regexp.MustCompile(`(?m)^id = "(.*)"$`)
	ruleFor = regexp.MustCompile(`(?m)^regex = '''(.*)'''$`)
	allowed = regexp.MustCompile(`(?m)^regexes = \[(.*)\]$`)
	quoted  = regexp.MustCompile(`'''(.*?)'''`)
)

// gitleaks is the rules by id. Gitleaks compiles them with Go's regexp, as this does.
func gitleaks(t *testing.T) map[string]rule {
	t.Helper()
	text, err := os.ReadFile("gitleaks.toml")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]rule{}
	for _, part := range strings.Split(string(text), "[[rules]]\n")[1:] {
		id, pattern, list := ruleID.FindStringSubmatch(part), ruleFor.FindStringSubmatch(part), allowed.FindStringSubmatch(part)
		if id == nil || pattern == nil || list == nil || !strings.Contains(part, "\nsecretGroup = 1\n") {
			t.Fatalf("a rule without its parts: %s", part)
		}
		r := rule{finds: regexp.MustCompile(pattern[1])}
		for _, q := range quoted.FindAllStringSubmatch(list[1], -1) {
			r.ignores = append(r.ignores, regexp.MustCompile(q[1]))
		}
		rules[id[1]] = r
	}
	return rules
}

// secret is what the rule finds in a text, empty for nothing.
func (r rule) secret(text string) string {
	m := r.finds.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	for _, i := range r.ignores {
		if i.MatchString(m[1]) {
			return ""
		}
	}
	return m[1]
}

// section is the indented text under a heading of github-custom-pattern.md, between two words where it has several.
func section(t *testing.T, heading, after, before string) []string {
	t.Helper()
	text, err := os.ReadFile("github-custom-pattern.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n## "+heading+"\n")
	rest, _, _ = strings.Cut(rest, "\n## ")
	if after != "" {
		_, rest, _ = strings.Cut(rest, after)
	}
	if before != "" {
		rest, _, _ = strings.Cut(rest, before)
	}
	var lines []string
	for line := range strings.Lines(rest) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			lines = append(lines, strings.TrimSuffix(code, "\n"))
		}
	}
	if len(lines) == 0 {
		t.Fatalf("nothing stands under %s", heading)
	}
	return lines
}

// github is the custom pattern as GitHub puts it together.
func github(t *testing.T) rule {
	t.Helper()
	one := func(heading string) string { return section(t, heading, "", "")[0] }
	return rule{finds: regexp.MustCompile("(?:" + one("Before secret") + ")(" + one("Secret format") + ")(?:" + one("After secret") + ")")}
}

// surroundings are where a password stands in files.
var surroundings = []string{"%", " % ", `password = "%"`, "PASSWORD=%\n", "<pw>%</pw>", "https://alice:%@mail.example.com/", "it is %.", "a\n%\nb", `{"x":"%"}`}

func TestEveryVectorIsFoundWhereverItStands(t *testing.T) {
	rules, pattern := gitleaks(t), github(t)
	for _, v := range vectors(t) {
		for _, typed := range append(v.Typed, v.Shown) {
			typed = strings.TrimSpace(typed)
			for _, place := range surroundings {
				text := strings.ReplaceAll(place, "%", typed)
				switch {
				case strings.HasPrefix(typed, "app"):
					for name, r := range map[string]rule{"gitleaks": rules["apppass"], "GitHub": pattern} {
						if m := r.finds.FindStringSubmatch(text); m == nil || m[1] != typed {
							t.Errorf("%s finds %q in %q", name, m, text)
						}
					}
				case v.Format != "compact" && !strings.HasPrefix(typed, "mx-"):
					if m := rules["apppass-without-prefix"].finds.FindStringSubmatch(text); m == nil || m[1] != typed {
						t.Errorf("gitleaks finds %q in %q", m, text)
					}
				}
			}
		}
		if v.Format != "compact" {
			continue
		}
		for _, text := range []string{"password = " + v.Shown, `"smtpPassword": "` + v.Shown + `"`, "PWD='" + v.Shown + "'", "secret=>" + v.Shown + "\n"} {
			if m := rules["apppass-compact"].finds.FindStringSubmatch(text); m == nil || m[1] != v.Shown {
				t.Errorf("gitleaks finds %q in %q", m, text)
			}
		}
	}
}

// What is drawn has every class, so that no allowlist lets it pass.
func TestWhatIsIssuedIsFound(t *testing.T) {
	rules, pattern := gitleaks(t), github(t)
	musts := section(t, "Additional match requirements", "", "")
	for _, f := range password.Formats {
		for range 2000 {
			canonical := password.New(f).Reveal()
			shown := f.Show("app", canonical)
			if f.Name() == "compact" {
				if got := rules["apppass-compact"].secret("password: " + shown); got != shown {
					t.Fatalf("gitleaks does not find %q", shown)
				}
				continue
			}
			for name, got := range map[string]string{
				"gitleaks":                 rules["apppass"].secret("x " + shown),
				"gitleaks, by its groups":  "app-" + rules["apppass-without-prefix"].secret("x "+strings.TrimPrefix(shown, "app-")),
				"GitHub":                   pattern.secret("x " + shown),
				"gitleaks, without hyphen": f.Show("app", strings.TrimPrefix(rules["apppass"].secret("x app"+canonical), "app")),
			} {
				if got != shown {
					t.Fatalf("%s finds %q for %q", name, got, shown)
				}
			}
			for _, must := range musts {
				if !regexp.MustCompile(must).MatchString(canonical) {
					t.Fatalf("GitHub demands %s of %q", must, shown)
				}
			}
		}
	}
}

func TestNearMissesAreNotFound(t *testing.T) {
	rules := gitleaks(t)
	rules["GitHub"] = github(t)
	near := map[string]string{
		"a character less":          "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnR",
		"a character more":          "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRBx",
		"a group less":              "app-Bfgxf-sb45t-bGBgF-DnFzq",
		"groups of four":            "app-Bfgx-fsb4-5tbG-BgFD-nFzq-qMn0",
		"another prefix":            "ape-Bfgxf-sb45t-bGBgF-DnFzq-0MnRB",
		"a word before it":          "wrapp-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB",
		"a UUID":                    "application 123e4567-e89b-12d3-a456-426614174000",
		"a product key":             "XGVPP-NMH47-7TTHJ-W3FW7-8HV2C",
		"a digest":                  "app 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
		"words":                     "app never wants users there",
		"a name in a program":       "app_user_data_next_query_parameters",
		"22 letters without a word": "ZFFfDyVfZvNJdDZans6NsQ",
		"23 letters":                "password=ZFFfDyVfZvNJdDZans6NsQx",
		"a word of 22 letters":      "password=DampfschweethartsVerkk",
		"a call":                    "password = getenvPassGetterMethodNames()",
	}
	for _, c := range "0OIlio1" {
		near["with "+string(c)] = "app-Bfgxf-sb45t-b" + string(c) + "BgF-DnFzq-qMnRB"
	}
	for id, r := range rules {
		for name, text := range near {
			if got := r.secret(text); got != "" && !(id == "apppass-without-prefix" && name == "a word before it") {
				t.Errorf("%s finds %q in %s", id, got, name)
			}
		}
	}
}

func TestGitHubsTestStringIsTrue(t *testing.T) {
	pattern := github(t)
	for _, line := range section(t, "Test string", "Found:", "Not found:") {
		if pattern.secret(line) == "" {
			t.Errorf("it says that %q is found", line)
		}
	}
	for _, line := range section(t, "Test string", "Not found:", "") {
		if got := pattern.secret(line); got != "" {
			t.Errorf("it says that %q is not found, but %q is", line, got)
		}
	}
}
