package stack

import (
	"fmt"

	"github.com/apppass/apppass/infra/local/aws/iam"
	"github.com/apppass/apppass/infra/local/template"
)

// roles are the policies of the template's functions.
func (s *Stack) roles() (*iam.Rules, error) {
	policies := map[string][]template.Statement{}
	for _, f := range s.Template.Functions {
		policies[nameOf(f)] = f.Policies
	}
	return iam.New(policies)
}

// authorize refuses what the deployed function's role would not allow.
func (s *Stack) authorize(function, service, operation string, body []byte) error {
	actions, err := iam.Of(service, operation, body)
	if err != nil {
		return err
	}
	for _, a := range actions {
		if !s.Roles.Allow(function, a) {
			s.log.Error("not allowed by its role", "function", function, "action", a.Name, "resource", a.Resource)
			return fmt.Errorf("User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the action", function, a.Name, a.Resource)
		}
	}
	return nil
}
