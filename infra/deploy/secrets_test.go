package deploy

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func TestNoSecretHasAValueHere(t *testing.T) {
	for _, reads := range []string{"{{resolve:", "NoEcho"} {
		if bytes.Contains(template(t), []byte(reads)) {
			t.Errorf("%s: CloudFormation would know a secret's value", reads)
		}
	}
	for id, p := range all[struct{ SecretString any }](t, written(t), "AWS::SecretsManager::Secret") {
		if p.SecretString != nil {
			t.Errorf("%s: its value stands in the template", id)
		}
	}
}

// plainly are literals that stand in an environment: numbers.
var plainly = regexp.MustCompile(`^[0-9]{1,6}$`)

// A variable is a name, an address or an ARN of something in this stack, or a parameter, of which none is a secret's.
func TestEnvironments(t *testing.T) {
	s := written(t)
	for id, f := range functions(t, s) {
		for name, value := range f.Environment.Variables {
			ids := mentions(value)
			if literal, ok := value.(string); ok && !plainly.MatchString(literal) || !ok && len(ids) == 0 {
				t.Errorf("%s: %s is written out: %v", id, name, value)
			}
			for _, other := range ids {
				r, isResource := s.Resources[other]
				p, isParameter := s.Parameters[other]
				if !isResource && !isParameter && !strings.HasPrefix(other, "AWS::") || p.NoEcho {
					t.Errorf("%s: %s refers to %s", id, name, other)
				}
				if ref, ok := value.(map[string]any)["Ref"]; r.Type == "AWS::SecretsManager::Secret" && (!ok || ref != other) {
					t.Errorf("%s: %s is more of %s than its ARN: %v", id, name, other, value)
				}
			}
		}
	}
}
