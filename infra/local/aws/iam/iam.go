// Package iam holds the functions to their roles: which actions a call of theirs is, on what, and whether the policies in template.yaml
// allow it.
//
// # What is promised
//
// A call that the deployed function's role would not allow is not allowed here. A transaction counts as the actions inside it, as IAM
// counts it. What a policy can say that this package does not understand is refused when the rules are made, never ignored.
//
// # What may be changed here
//
// A further operation is an entry in actions.go. Only identity policies with Allow are known; there are no denials, boundaries or resource
// policies, because the template has none.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
package iam

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/apppass/apppass/infra/local/template"
)

// Action is one action of a call: "dynamodb:GetItem" on an ARN. LeadingKeys are the partition keys of DynamoDB's items that it touches.
type Action struct {
	Name        string
	Resource    string
	LeadingKeys []string
}

// Rules are the policies of functions. They remember which parts of them were needed.
type Rules struct {
	mu       sync.Mutex
	policies map[string][]template.Statement // by function
	used     map[string]map[string]bool      // function, then "sid action"
}

// New returns the rules of the functions' policies, by the functions' names.
func New(policies map[string][]template.Statement) (*Rules, error) {
	for function, statements := range policies {
		for _, s := range statements {
			if err := understood(s); err != nil {
				return nil, fmt.Errorf("the policy of %s, statement %q: %w", function, s.Sid, err)
			}
		}
	}
	return &Rules{policies: policies, used: map[string]map[string]bool{}}, nil
}

func understood(s template.Statement) error {
	if s.Effect != "Allow" {
		return fmt.Errorf("the effect %s is not understood", s.Effect)
	}
	for operator, keys := range s.Condition {
		for key := range keys {
			if operator != "ForAllValues:StringLike" && operator != "ForAllValues:StringEquals" || key != "dynamodb:LeadingKeys" {
				return fmt.Errorf("the condition %s of %s is not understood", operator, key)
			}
		}
	}
	return nil
}

// Allow reports whether the function may do the action. A function without rules may do nothing.
func (r *Rules) Allow(function string, a Action) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.policies[function] {
		if !allows(s, a) {
			continue
		}
		if r.used[function] == nil {
			r.used[function] = map[string]bool{}
		}
		r.used[function][s.Sid+" "+a.Name] = true
		return true
	}
	return false
}

// Unused is every action of every statement that no call has needed, as "function sid action", sorted.
func (r *Rules) Unused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for function, statements := range r.policies {
		for _, s := range statements {
			for _, name := range s.Action {
				if !r.used[function][s.Sid+" "+name] {
					all = append(all, function+" "+s.Sid+" "+name)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

func allows(s template.Statement, a Action) bool {
	if !slices.Contains(s.Action, a.Name) || !slices.ContainsFunc(s.Resource, func(r string) bool { return like(r, a.Resource) }) {
		return false
	}
	for operator, keys := range s.Condition {
		for _, allowed := range keys {
			for _, leading := range a.LeadingKeys {
				if !slices.ContainsFunc(allowed, func(v string) bool {
					return v == leading || operator == "ForAllValues:StringLike" && like(v, leading)
				}) {
					return false
				}
			}
		}
	}
	return true
}

// like matches * and ? as IAM does: also over slashes.
func like(pattern, s string) bool {
	flat := strings.NewReplacer("/", "\x01", "[", "\x02", "\\", "\x03")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(s))
	return err == nil && ok
}
