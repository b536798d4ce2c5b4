package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/text"
)

func TestASentenceIsFilledIn(t *testing.T) {
	for _, c := range []struct {
		locale, code string
		pairs        []string
		want         string
	}{
		{"en", "view.close", nil, "Close"},
		{"en-GB", "view.close", nil, "Close"},
		{"EN", "view.close", nil, "Close"},
		{"", "view.close", nil, "Close"},
		{"tlh", "view.close", nil, "Close"},
		{"de-DE", "view.close", nil, "Schließen"},
		{"es-419", "view.close", nil, "Cerrar"},
		{"en", "list.title", []string{"count", "3"}, "Your app passwords: 3"},
		{"en", "list.title", []string{"count", "{count}"}, "Your app passwords: {count}"},
		{"en", "revoke.confirm.text", []string{"name", "<!channel> {x} %s"}, "<!channel> {x} %s stops working at once, for good."},
		{"en", "list.title", []string{"other", "3"}, "Your app passwords: {count}"},
		{"en", "no.such.code", []string{"count", "3"}, "no.such.code"},
	} {
		if got := text.In(c.locale).Say(c.code, c.pairs...); got != c.want {
			t.Errorf("%s in %q: got %q, want %q", c.code, c.locale, got, c.want)
		}
	}
}

// blank is a sentence's {name}.
var blank = regexp.MustCompile(`\{[a-z_]+\}`)

func TestEveryLanguageSaysTheSame(t *testing.T) {
	if !slices.Contains(text.Languages(), text.Default) {
		t.Fatalf("the default %s is not among %v", text.Default, text.Languages())
	}
	for _, language := range text.Languages() {
		if d := cmp.Diff(text.Codes(text.Default), text.Codes(language)); d != "" {
			t.Errorf("%s (-%s +%s):\n%s", language, text.Default, language, d)
		}
		for _, code := range text.Codes(language) {
			said, original := text.In(language).Say(code), text.In(text.Default).Say(code)
			if said == "" || !utf8.ValidString(said) || said != strings.TrimSpace(said) {
				t.Errorf("%s says %s as %q", language, code, said)
			}
			if d := cmp.Diff(slices.Sorted(slices.Values(blank.FindAllString(original, -1))), slices.Sorted(slices.Values(blank.FindAllString(said, -1)))); d != "" {
				t.Errorf("%s fills other blanks into %s (-want +got):\n%s", language, code, d)
			}
		}
	}
}

func TestEverySentenceOfAProblemIsWhole(t *testing.T) {
	for _, use := range uses(t) {
		if !use.problem {
			continue
		}
		for _, language := range text.Languages() {
			if said := text.In(language).Say(use.code); !strings.HasSuffix(said, ".") {
				t.Errorf("%s says of the problem %s: %q", language, use.code, said)
			}
		}
	}
}

func TestEveryCodeIsSaidAndEverySentenceIsUsed(t *testing.T) {
	known := text.Codes(text.Default)
	unused := map[string]bool{}
	families := map[string]bool{}
	for _, code := range known {
		unused[code] = true
		family, _, _ := strings.Cut(code, ".")
		families[family] = true
	}
	for _, use := range uses(t) {
		delete(unused, use.code)
		family, rest, dotted := strings.Cut(use.code, ".")
		if (use.said || dotted && rest != "" && families[family] && shape.MatchString(use.code)) && !slices.Contains(known, use.code) {
			t.Errorf("%s: there is no sentence for %s", use.at, use.code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(unused)) {
		t.Errorf("nobody says %s", code)
	}
}

// shape is that of a code.
var shape = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)

// use is a string in the source that may be a code.
type use struct {
	code string
	at   token.Position
	// said: it is given to what says sentences, so it must be a code. problem: it is a problem's.
	said, problem bool
}

// sayers take a code, as the argument of that index.
var sayers = map[string]int{"problem.New": 1, "Say": 0, "Plain": 0, "Choose": 0, "modal": 0}

// uses is every string in the source of shared and functions.
func uses(t *testing.T) (all []use) {
	t.Helper()
	for _, top := range []string{"shared", "functions"} {
		err := filepath.WalkDir(filepath.Join("../../..", top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			all = append(all, strs(f, files)...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d strings were found", len(all))
	}
	return all
}

func strs(f *ast.File, files *token.FileSet) (all []use) {
	add := func(e ast.Expr, said, problem bool) {
		l, ok := e.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return
		}
		if s, err := strconv.Unquote(l.Value); err == nil {
			all = append(all, use{s, files.Position(l.Pos()), said, problem})
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			add(n, false, false)
		case *ast.CallExpr:
			name := called(n.Fun)
			if i, ok := sayers[name]; ok && i < len(n.Args) {
				add(n.Args[i], true, name == "problem.New")
			}
		}
		return true
	})
	return all
}

// called is "problem.New" for a function of package problem, "Say" for any method of that name.
func called(fun ast.Expr) string {
	s, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := s.X.(*ast.Ident); ok && x.Name == "problem" {
		return "problem." + s.Sel.Name
	}
	return s.Sel.Name
}
