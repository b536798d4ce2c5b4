package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// wild are the wildcards: the random names of sealed passwords, and the secrets of upstreams, which operators name.
var wild = []string{
	"arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/reveal/*",
	"arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/upstream/*",
}

func TestRolesSayWhatAndOnWhat(t *testing.T) {
	s := written(t)
	for id, f := range functions(t, s) {
		if f.Role != nil {
			t.Errorf("%s: its role is not the one that its statements make", id)
		}
		if len(f.Policies) == 0 {
			t.Errorf("%s has no statements", id)
		}
		for _, p := range f.Policies {
			for _, statement := range p.Statement {
				for _, fault := range faults(s, statement) {
					t.Errorf("%s: %v: %s", id, statement["Sid"], fault)
				}
			}
		}
	}
}

// faults is what is wrong with a statement.
func faults(s stack, statement map[string]any) (wrong []string) {
	for member := range statement {
		if !slices.Contains([]string{"Sid", "Effect", "Action", "Resource", "Condition"}, member) {
			wrong = append(wrong, member+" allows more than it names")
		}
	}
	if statement["Effect"] != "Allow" || statement["Sid"] == nil {
		wrong = append(wrong, "it must have a name and allow something")
	}
	for _, action := range several(statement["Action"]) {
		if text, ok := action.(string); !ok || strings.ContainsAny(text, "*?") {
			wrong = append(wrong, fmt.Sprintf("the action %v is several", action))
		}
	}
	for _, on := range several(statement["Resource"]) {
		m, ok := on.(map[string]any)
		if pattern, _ := m["Fn::Sub"].(string); slices.Contains(wild, pattern) {
			continue
		}
		ids := mentions(on)
		if text := fmt.Sprint(slices.Collect(maps.Values(m))); !ok || strings.ContainsAny(text, "*?") || len(ids) != 1 || s.Resources[ids[0]].Type == "" {
			wrong = append(wrong, fmt.Sprintf("the resource %v is not one of this stack", on))
		}
	}
	return wrong
}

func several(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}
