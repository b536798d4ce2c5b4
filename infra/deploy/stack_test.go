package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const root = "../.."

// stack is a template, with every intrinsic function in its long form: as it is written, or as SAM's transform makes it.
type stack struct {
	Parameters map[string]struct{ NoEcho bool }
	Globals    struct{ Function json.RawMessage }
	Resources  map[string]resource
}

type resource struct {
	Type, Condition, DeletionPolicy, UpdateReplacePolicy string
	Properties                                           json.RawMessage
}

// function is a function of SAM's, with what Globals say.
type function struct {
	CodeURI       string `json:"CodeUri"`
	Runtime       string
	Handler       string
	Architectures []string
	MemorySize    int
	Timeout       int // seconds
	Role          any
	LoggingConfig struct {
		LogFormat string
		LogGroup  any
	}
	EventInvokeConfig struct{ MaximumEventAgeInSeconds int }
	Environment       struct{ Variables map[string]any }
	Policies          []policy
	Events            map[string]event
}

type policy struct {
	Version   string
	Statement []map[string]any
}

type event struct {
	Type       string
	Properties struct {
		APIID                              any `json:"ApiId"`
		Method, Path, PayloadFormatVersion string
		ScheduleExpression, Input          string
	}
}

// mapping is what polls a queue for a function.
type mapping struct {
	FunctionName, EventSourceArn any
	FunctionResponseTypes        []string
	ScalingConfig                struct{ MaximumConcurrency int }
}

// template is template.yaml's text.
func template(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// written is the template as it stands in the repository.
func written(t *testing.T) stack {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal(template(t), &document); err != nil {
		t.Fatal(err)
	}
	plain, err := long(document.Content[0])
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	return decode[stack](t, "template.yaml", text)
}

// long gives each intrinsic function the form that it has in JSON.
func long(n *yaml.Node) (any, error) {
	name, short := strings.CutPrefix(n.Tag, "!")
	if short = short && !strings.HasPrefix(name, "!"); short {
		bare := *n
		bare.Tag = ""
		inner, err := long(&bare)
		switch {
		case name == "GetAtt" && n.Kind == yaml.ScalarNode:
			id, attribute, _ := strings.Cut(n.Value, ".")
			inner = []any{id, attribute}
		case name == "Ref" || name == "Condition":
			return map[string]any{name: inner}, err
		}
		return map[string]any{"Fn::" + name: inner}, err
	}
	switch n.Kind {
	case yaml.MappingNode:
		all := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			value, err := long(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			all[n.Content[i].Value] = value
		}
		return all, nil
	case yaml.SequenceNode:
		all := []any{}
		for _, e := range n.Content {
			value, err := long(e)
			if err != nil {
				return nil, err
			}
			all = append(all, value)
		}
		return all, nil
	}
	var value any
	if err := n.Decode(&value); err != nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, err)
	}
	return value, nil
}

func decode[T any](t *testing.T, what string, texts ...[]byte) (v T) {
	t.Helper()
	for _, text := range texts {
		if len(text) == 0 {
			continue
		}
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	return v
}

// all is the properties of the resources of a type, by logical id. A function's lie over those of Globals.
func all[P any](t *testing.T, s stack, kind string) map[string]P {
	t.Helper()
	found := map[string]P{}
	for id, r := range s.Resources {
		switch {
		case r.Type != kind:
		case kind == "AWS::Serverless::Function":
			found[id] = decode[P](t, id, s.Globals.Function, r.Properties)
		default:
			found[id] = decode[P](t, id, r.Properties)
		}
	}
	if len(found) == 0 {
		t.Fatalf("there is no %s", kind)
	}
	return found
}

func functions(t *testing.T, s stack) map[string]function {
	t.Helper()
	return all[function](t, s, "AWS::Serverless::Function")
}

// means is the resource or parameter that a value is, by Ref or GetAtt; empty where it is something else.
func means(v any) string {
	m, _ := v.(map[string]any)
	if id, ok := m["Ref"].(string); ok {
		return id
	}
	if pair, ok := m["Fn::GetAtt"].([]any); ok && len(pair) == 2 {
		id, _ := pair[0].(string)
		return id
	}
	return ""
}

var inSub = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)[.}]`)

// mentions is every resource, parameter and pseudo parameter that a value refers to.
func mentions(v any) []string {
	ids := map[string]bool{}
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				visit(e)
			}
		case map[string]any:
			if id := means(v); id != "" {
				ids[id] = true
				return
			}
			for _, e := range v {
				visit(e)
			}
		case string:
			for _, m := range inSub.FindAllStringSubmatch(v, -1) {
				ids[m[1]] = true
			}
		}
	}
	visit(v)
	return slices.Sorted(maps.Keys(ids))
}
