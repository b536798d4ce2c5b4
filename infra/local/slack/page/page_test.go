package page_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/slack/page"
)

func get(path string) *http.Response { return ask(http.MethodGet, path) }

func ask(method, path string) *http.Response {
	w := httptest.NewRecorder()
	page.Handler().ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Result()
}

func TestEveryAnswerIsGuardedAndNothingIsKept(t *testing.T) {
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{http.MethodGet, "/", http.StatusOK, "text/html; charset=utf-8"},
		{http.MethodHead, "/", http.StatusOK, "text/html; charset=utf-8"},
		{http.MethodGet, "/page/client.js", http.StatusOK, "text/javascript; charset=utf-8"},
		{http.MethodGet, "/page/tokens.css", http.StatusOK, "text/css; charset=utf-8"},
		{http.MethodGet, "/page/none.js", http.StatusNotFound, "text/plain; charset=utf-8"},
		{http.MethodGet, "/page/", http.StatusNotFound, "text/plain; charset=utf-8"},
		{http.MethodGet, "/page/..%2fpage.go", http.StatusNotFound, "text/plain; charset=utf-8"},
		{http.MethodPost, "/", http.StatusMethodNotAllowed, "text/plain; charset=utf-8"},
	} {
		got := ask(c.method, c.path)
		if got.StatusCode != c.status || got.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s %s: got %d %s, want %d %s", c.method, c.path, got.StatusCode, got.Header.Get("Content-Type"), c.status, c.kind)
		}
		if got.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(got.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'") {
			t.Errorf("%s %s: got the headers %v", c.method, c.path, got.Header)
		}
	}
}

// Nothing in the files names another host to load from, and nothing makes HTML of a text.
func TestAssetsAreSelfContained(t *testing.T) {
	files, err := filepath.Glob("assets/*")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	outside := regexp.MustCompile(`(src|href|import|url\()[ =("']*(https?:)?//`)
	unsafe := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser| style="| on\w+="`)
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, forbidden := range []*regexp.Regexp{outside, unsafe} {
			if found := forbidden.Find(body); found != nil {
				t.Errorf("%s has %q", name, found)
			}
		}
		if lines := strings.Count(string(body), "\n"); lines > 300 {
			t.Errorf("%s has %d lines", name, lines)
		}
		if got := get("/page/" + filepath.Base(name)).StatusCode; got != http.StatusOK && name != "assets/index.html" {
			t.Errorf("GET /page/%s: got %d", filepath.Base(name), got)
		}
	}
}

// Every type that package blockkit accepts has a renderer, and there is none for another. The tables of both are read as text, so
// that this holds where no browser is installed.
func TestEveryTypeThatIsAcceptedHasARenderer(t *testing.T) {
	for _, c := range []struct {
		file, table string // of package blockkit
		asset, name string
	}{
		{"block.go", "blockRules", "blockkit.js", "blocks"},
		{"element.go", "elementRules", "elements.js", "elements"},
		{"richtext.go", "richElements", "richtext.js", "parts"},
		{"richtext.go", "leaves", "richtext.js", "leaves"},
	} {
		want := keysOfGo(t, filepath.Join("..", "api", "blockkit", c.file), c.table)
		got := keysOfJS(t, filepath.Join("assets", c.asset), c.name)
		if len(want) < 4 {
			t.Fatalf("only %v were found in %s of %s", want, c.table, c.file)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s of %s against %s of %s (-want +got):\n%s", c.name, c.asset, c.table, c.file, d)
		}
	}
}

// keysOfGo is the keys of the outermost map of rules in a variable's value.
func keysOfGo(t *testing.T, file, variable string) []string {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	ast.Inspect(syntax, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || v.Names[0].Name != variable {
			return true
		}
		ast.Inspect(v.Values[0], func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || keys != nil {
				return keys == nil
			}
			for _, e := range literal.Elts {
				if key, err := strconv.Unquote(e.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value); err == nil {
					keys = append(keys, key)
				}
			}
			return false
		})
		return false
	})
	slices.Sort(keys)
	return keys
}

// keysOfJS is the names of an exported object, one a line.
func keysOfJS(t *testing.T, file, name string) []string {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(body), "export const "+name+" = {\n")
	table, _, ok := strings.Cut(rest, "\n};")
	if !ok {
		t.Fatalf("%s exports no table %s", file, name)
	}
	var keys []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+)[,:]`).FindAllStringSubmatch(table, -1) {
		keys = append(keys, m[1])
	}
	slices.Sort(keys)
	return keys
}
