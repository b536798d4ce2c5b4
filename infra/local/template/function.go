package template

import (
	"regexp"

	"go.yaml.in/yaml/v3"
)

func (l *loader) readFunction(r *resource) {
	properties := merge(l.globals["Function"], r.properties)
	// The sources of events are resources of their own for CloudFormation: what they refer to, the function does not need.
	events := lookup(properties, "Events")
	if events != nil {
		own := *properties
		own.Content = without(properties, "Events")
		properties = &own
	}
	o := l.object(r.kind+" "+r.id, l.resolve(properties))
	o.ignore("FunctionName", "Description", "Role", "PermissionsBoundary", "Tags", "Tracing", "LoggingConfig", "AutoPublishAlias",
		"DeploymentPreference", "DeadLetterQueue", "KmsKeyArn", "PropagateTags", "RolePath", "CodeSigningConfigArn",
		"RuntimeManagementConfig", "EphemeralStorage")
	f := Function{
		LogicalID:           r.id,
		Name:                l.nameOf(r),
		CodeURI:             o.required("CodeUri"),
		Handler:             o.required("Handler"),
		Runtime:             o.oneOf("Runtime", "provided.al2023", "provided.al2"),
		Architecture:        "x86_64",
		Timeout:             o.seconds("Timeout", 3, 1, 900),
		MemorySize:          o.number("MemorySize", 128, 128, 10240),
		ReservedConcurrency: o.number("ReservedConcurrentExecutions", -1, 0, 1000),
		Environment:         l.readEnvironment(r, o.object("Environment")),
	}
	o.oneOf("PackageType", "Zip")
	switch a := o.list("Architectures"); {
	case len(a) == 1 && (a[0] == "arm64" || a[0] == "x86_64"):
		f.Architecture = a[0]
	case len(a) > 0:
		l.failf(r.node, "%s: Architectures is %q; it is one of arm64 and x86_64", o.what, a)
	}
	invoke := o.object("EventInvokeConfig")
	f.AsyncRetries = invoke.number("MaximumRetryAttempts", 2, 0, 2)
	invoke.ignore("MaximumEventAgeInSeconds", "DestinationConfig")
	invoke.done()
	f.Policies = l.readPolicies(o)
	o.done()
	l.readEvents(&f, events)
	l.out.Functions = append(l.out.Functions, f)
}

// variableName is what Lambda takes for a variable's name.
var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)

// readEnvironment takes a function's variables: 4 KB at most, with their names.
func (l *loader) readEnvironment(r *resource, o *object) map[string]string {
	all, size := map[string]string{}, 0
	variables := o.object("Variables")
	for _, m := range variables.rest {
		value := variables.scalar(m.name, m.value)
		if !variableName.MatchString(m.name) {
			l.failf(m.key, "%s: Lambda takes no variable named %q", r.id, m.name)
		}
		size += len(m.name) + len(value)
		all[m.name] = value
	}
	if size > 4096 {
		l.failf(r.node, "%s: its environment is %d bytes; Lambda takes 4096", r.id, size)
	}
	o.done()
	return all
}

func (l *loader) readEvents(f *Function, events *yaml.Node) {
	reader := l.reader
	l.reader = ""
	defer func() { l.reader = reader }()
	for _, m := range l.members(f.LogicalID+": Events", events) {
		what := f.LogicalID + ": event " + m.name
		event := l.object(what, l.resolve(m.value))
		kind := event.node("Type")
		o := l.object(what, event.node("Properties"))
		event.done()
		switch {
		case kind == nil:
			l.failf(m.key, "%s has no Type", what)
		case kind.Value == "HttpApi":
			l.readRoute(f, o)
		case kind.Value == "SQS":
			if e, ok := l.queueEvent(o, "Queue"); ok {
				f.Queues = append(f.Queues, e)
			}
		case kind.Value == "ScheduleV2" || kind.Value == "Schedule":
			l.readSchedule(f, m.name, kind.Value, o)
		default:
			l.failf(kind, "%s: the local stack does not know the type %s", what, kind.Value)
		}
	}
}

// readSchedule reads a schedule of EventBridge Scheduler (ScheduleV2) or a rule of EventBridge (Schedule).
func (l *loader) readSchedule(f *Function, event, kind string, o *object) {
	s := Schedule{Name: Stack + "-" + f.LogicalID + event, Timezone: "UTC", Rule: kind == "Schedule"}
	if own := o.text("Name"); own != "" {
		s.Name = own
	}
	expression := "Schedule"
	if kind == "ScheduleV2" {
		expression = "ScheduleExpression"
		s.Timezone = o.textOr("ScheduleExpressionTimezone", "UTC")
		window := o.object("FlexibleTimeWindow")
		window.oneOf("Mode", "OFF", "FLEXIBLE")
		window.ignore("MaximumWindowInMinutes")
		window.done()
		o.ignore("GroupName", "KmsKeyArn", "OmitName", "PermissionsBoundary")
	}
	n := o.node(expression)
	s.Expression = o.scalar(expression, n)
	if s.Expression == "" {
		l.failf(orElse(n, o.at), "%s: %s is missing", o.what, expression)
	}
	s.Input = o.text("Input")
	s.Enabled = o.oneOf("State", "ENABLED", "DISABLED") == "ENABLED" && (!o.has("Enabled") || o.flag("Enabled"))
	o.ignore("Description", "DeadLetterConfig", "RetryPolicy", "RoleArn")
	o.done()
	f.Schedules = append(f.Schedules, s)
}
