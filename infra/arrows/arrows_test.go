package arrows

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/apppass/apppass/"

// file is a Go file of the repository and what it imports.
type file struct {
	path    string // from the root, "shared/core/link/link.go"
	dir     string
	test    bool
	pkg     string
	doc     bool // it has the package's comment
	imports []string
	uses    []string // selectors of imported packages: "time.Now"
}

func files(t *testing.T) []file {
	t.Helper()
	const root = "../.."
	var all []file
	for _, top := range []string{"functions", "shared", "infra"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "testdata" {
				return errOrSkip(err)
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") {
				return nil
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			f, err := read(path, filepath.ToSlash(name))
			all = append(all, f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d files were found", len(all))
	}
	return all
}

func errOrSkip(err error) error {
	if err != nil {
		return err
	}
	return fs.SkipDir
}

func read(path, name string) (file, error) {
	syntax, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return file{}, err
	}
	f := file{
		path: name, dir: filepath.ToSlash(filepath.Dir(name)), test: strings.HasSuffix(name, "_test.go"), pkg: syntax.Name.Name,
		doc: syntax.Doc != nil, uses: selectors(syntax),
	}
	for _, i := range syntax.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return f, err
		}
		f.imports = append(f.imports, strings.TrimPrefix(imported, module))
	}
	return f, nil
}

// rule forbids some files to import something.
type rule struct {
	why     string
	applies func(f file) bool
	forbids func(f file, imported string) bool
}

func under(folders ...string) func(string) bool {
	return func(path string) bool {
		return slices.ContainsFunc(folders, func(folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") })
	}
}

func production(folders ...string) func(file) bool {
	return func(f file) bool { return !f.test && under(folders...)(f.dir) }
}

var technology = under("github.com/aws", "github.com/slack-go")

var rules = []rule{
	{
		"the domain is free of technology, so that it can be read, tested and kept by itself",
		func(f file) bool { return under("shared/core", "shared/use")(f.dir) && !f.test },
		func(_ file, i string) bool { return technology(i) },
	},
	{
		"core is what everything stands on: it knows nothing above it, and no library but for ids that sort by time",
		production("shared/core"),
		func(_ file, i string) bool {
			return under("shared", "infra", "functions")(i) && !under("shared/core")(i) || outside(i) && i != "github.com/oklog/ulid/v2"
		},
	},
	{
		"a use case declares the ports it needs and knows nobody who implements them, nor another use case, nor a library but for counting rates",
		production("shared/use"),
		func(f file, i string) bool {
			return under("shared", "infra", "functions")(i) && !under("shared/core")(i) || outside(i) && i != "golang.org/x/time/rate"
		},
	},
	{
		"adapters are strangers to each other: what two of them need is core's",
		production("shared/adapter"),
		func(f file, i string) bool {
			return under("shared/adapter")(i) && i != f.dir || under("shared/edge", "infra", "functions")(i)
		},
	},
	{
		"an edge turns shapes into shapes; what is decided is decided behind it",
		production("shared/edge"),
		func(_ file, i string) bool { return under("shared/use", "shared/adapter", "infra", "functions")(i) },
	},
	{
		"a function is a leaf: nobody imports it",
		func(f file) bool { return true },
		func(f file, i string) bool { return under("functions")(i) && !under(f.dir)(i) },
	},
	{
		"production is not built on what only runs here",
		production("functions", "shared"),
		func(_ file, i string) bool { return under("infra")(i) },
	},
	{
		"tests of production may stand on the local stack, and on nothing else of infra",
		func(f file) bool { return f.test && under("functions", "shared")(f.dir) },
		func(_ file, i string) bool { return under("infra")(i) && !under("infra/local", "infra/e2e/browser")(i) },
	},
	{
		"the environment is read in one place",
		func(f file) bool {
			return production("functions", "shared")(f) && f.dir != "shared/edge/boot"
		},
		func(_ file, i string) bool {
			return i == "github.com/aws/aws-sdk-go-v2/config" || under("github.com/caarlos0/env")(i)
		},
	},
}

func outside(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

func TestArrows(t *testing.T) {
	for _, f := range files(t) {
		for _, r := range rules {
			if !r.applies(f) {
				continue
			}
			for _, i := range f.imports {
				if r.forbids(f, i) {
					t.Errorf("%s imports %s, but %s", f.path, i, r.why)
				}
			}
		}
	}
}

func TestOnlyBootReadsTheClockAndTheEnvironment(t *testing.T) {
	// A wait by the machine's clock is no reading of the time that the domain lives by.
	allowed := map[string][]string{
		"shared/edge/apigw/apigw.go":    {"time.Now"}, // how long an answer took
		"shared/adapter/vault/vault.go": {"time.Now"}, // how long to wait for a new secret
	}
	for _, f := range files(t) {
		if !production("functions", "shared")(f) || f.dir == "shared/edge/boot" {
			continue
		}
		for _, use := range f.uses {
			if slices.Contains([]string{"time.Now", "time.Since", "os.Getenv", "os.LookupEnv", "os.Environ"}, use) &&
				!slices.Contains(allowed[f.path], strings.Replace(use, "Since", "Now", 1)) {
				t.Errorf("%s uses %s: only boot does, and hands it on", f.path, use)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented, pkgs := map[string]bool{}, map[string]bool{}
	for _, f := range files(t) {
		if strings.HasSuffix(f.pkg, "_test") {
			continue
		}
		if !f.test {
			pkgs[f.dir] = true
		}
		documented[f.dir] = documented[f.dir] || f.doc && !f.test
		if slices.Contains([]string{"util", "utils", "common", "types", "domain", "handlers", "helpers", "misc", "base"}, f.pkg) {
			t.Errorf("%s: the package name %s says nothing", f.path, f.pkg)
		}
	}
	for dir := range pkgs {
		if !documented[dir] {
			t.Errorf("%s has no package comment", dir)
		}
	}
}
