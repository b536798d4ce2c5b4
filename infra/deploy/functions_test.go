package deploy

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// HTTP APIs wait 30 s at most: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html.
const longestAnswer = 30

func TestFunctions(t *testing.T) {
	s := written(t)
	for id, f := range functions(t, s) {
		if f.Runtime != "provided.al2023" || f.Handler != "bootstrap" || !slices.Equal(f.Architectures, []string{"arm64"}) {
			t.Errorf("%s runs %s of %s on %v", id, f.Handler, f.Runtime, f.Architectures)
		}
		if f.MemorySize < 512 {
			t.Errorf("%s has %d MB: with less than 512 a first call to AWS takes a second", id, f.MemorySize)
		}
		for name, e := range f.Events {
			if e.Type == "HttpApi" && f.Timeout > longestAnswer {
				t.Errorf("%s: its timeout is %d s, but nobody waits longer than %d s for %s", id, f.Timeout, longestAnswer, name)
			}
		}
	}
}

func TestEveryFunctionHasALogOfItsOwn(t *testing.T) {
	s := written(t)
	groups := all[struct{ RetentionInDays any }](t, s, "AWS::Logs::LogGroup")
	owner := map[string]string{}
	for id, f := range functions(t, s) {
		group := means(f.LoggingConfig.LogGroup)
		if _, ok := groups[group]; !ok || owner[group] != "" || f.LoggingConfig.LogFormat != "JSON" {
			t.Errorf("%s: it must log JSON to a group that is its own, not %+v (also of %s)", id, f.LoggingConfig, owner[group])
		}
		owner[group] = id
	}
	for id, g := range groups {
		if means(g.RetentionInDays) != "LogRetentionDays" || owner[id] == "" {
			t.Errorf("%s: it is kept for %v days, and %q writes it", id, g.RetentionInDays, owner[id])
		}
	}
}

func TestFoldersAndFunctionsAreTheSame(t *testing.T) {
	declared := map[string]string{}
	for id, f := range functions(t, written(t)) {
		folder := filepath.Base(f.CodeURI)
		if f.CodeURI != "dist/"+folder || declared[folder] != "" {
			t.Errorf("%s is built from %s, also %s", id, f.CodeURI, declared[folder])
		}
		declared[folder] = id
	}
	folders, err := os.ReadDir(filepath.Join(root, "functions"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if declared[f.Name()] == "" {
			t.Errorf("functions/%s is no function of the template", f.Name())
		}
		delete(declared, f.Name())
	}
	for folder, id := range declared {
		t.Errorf("%s is built from functions/%s, which is not there", id, folder)
	}
}
