package deploy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// transformed is the template after SAM's transform. Where no Python has samtranslator the test is left out.
func transformed(t *testing.T) stack {
	t.Helper()
	text, err := transformation()
	if errors.Is(err, errNoPython) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return decode[stack](t, "the transformed template", text)
}

var errNoPython = errors.New("no Python with samtranslator was found (pip install cfn-lint), so the transformed template is not read")

var transformation = sync.OnceValues(func() ([]byte, error) {
	python := interpreter()
	if python == nil {
		return nil, errNoPython
	}
	template, err := os.Open(filepath.Join(root, "template.yaml"))
	if err != nil {
		return nil, err
	}
	defer template.Close()
	run := exec.Command(python[0], append(python[1:], "testdata/transform.py")...)
	run.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1")
	var complaint bytes.Buffer
	run.Stdin, run.Stderr = template, &complaint
	text, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("SAM does not take the template: %w\n%s", err, &complaint)
	}
	return text, nil
})

// interpreter is the command of a Python that has samtranslator: the usual one, else the one that cfn-lint runs on, with which
// samtranslator comes. Nil where there is none.
func interpreter() []string {
	candidates := [][]string{{"python3"}}
	if path, err := exec.LookPath("cfn-lint"); err == nil {
		candidates = append(candidates, shebang(path))
	}
	// What pyenv puts on the path is a script that looks for the real one.
	if path, err := exec.Command("pyenv", "which", "cfn-lint").Output(); err == nil {
		candidates = append(candidates, shebang(strings.TrimSpace(string(path))))
	}
	for _, python := range candidates {
		if len(python) > 0 && exec.Command(python[0], append(python[1:], "-c", "import samtranslator")...).Run() == nil {
			return python
		}
	}
	return nil
}

// shebang is the command in a script's first line; nil for what is no script.
func shebang(path string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	line, _ := bufio.NewReader(f).ReadString('\n')
	command, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return nil
	}
	return strings.Fields(command)
}
