package template

import (
	"regexp"
	"slices"
)

// accepted is what the services take for a name.
var accepted = map[string]*regexp.Regexp{
	"AWS::Serverless::Function":   regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`),
	"AWS::DynamoDB::Table":        regexp.MustCompile(`^[A-Za-z0-9_.-]{3,255}$`),
	"AWS::SQS::Queue":             regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`),
	"AWS::SecretsManager::Secret": regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`),
}

// refuseNames finds names that a service would not take, and those that two resources of a type have.
func (l *loader) refuseNames() {
	type identity struct{ kind, name string }
	owner := map[identity]string{}
	for _, id := range l.order {
		r := l.resources[id]
		if r.absent {
			continue
		}
		mine := identity{r.kind, l.nameOf(r)}
		if pattern := accepted[r.kind]; pattern != nil && !pattern.MatchString(mine.name) {
			l.failf(r.node, "%s: AWS takes no name like %q for an %s", id, mine.name, r.kind)
		}
		if other, taken := owner[mine]; taken {
			l.failf(r.node, "%s and %s are both the %s %s", other, id, r.kind, mine.name)
		}
		owner[mine] = id
	}
}

// refuseShortVisibility finds queues whose messages would come again while their function still works on them: Lambda makes no
// such mapping.
func (l *loader) refuseShortVisibility() {
	for _, f := range l.out.Functions {
		for _, e := range f.Queues {
			i := slices.IndexFunc(l.out.Queues, func(q Queue) bool { return q.LogicalID == e.Queue })
			if i >= 0 && l.out.Queues[i].VisibilityTimeout < f.Timeout {
				l.failf(l.resources[f.LogicalID].node, "%s: its Timeout is %v, but the VisibilityTimeout of %s is %v",
					f.LogicalID, f.Timeout, e.Queue, l.out.Queues[i].VisibilityTimeout)
			}
		}
	}
}
