package template

import (
	"slices"
	"time"
)

// readMapping reads an event source mapping that is a resource of its own. SAM's SQS event does the same, but it also lets the
// function's role take messages out of every queue of the account.
func (l *loader) readMapping(r *resource) {
	o := l.properties(r, "")
	n := o.node("FunctionName")
	name := o.scalar("FunctionName", n)
	e, ok := l.queueEvent(o, "EventSourceArn")
	for _, id := range l.order {
		f := l.resources[id]
		if f.kind == "AWS::Serverless::Function" && !f.absent && (l.nameOf(f) == name || l.fill(f, kinds[f.kind].attributes["Arn"]) == name) {
			if ok {
				l.mapped[id] = append(l.mapped[id], e)
			}
			return
		}
	}
	l.failf(orElse(n, o.at), "%s: FunctionName must be the name or Arn of a function of this template", o.what)
}

// settleMappings gives each function the queues that are mapped to it outside of its own Events.
func (l *loader) settleMappings() {
	for i := range l.out.Functions {
		f := &l.out.Functions[i]
		f.Queues = append(f.Queues, l.mapped[f.LogicalID]...)
	}
}

// queueEvent takes a mapping's properties; source is the one that has the queue's ARN.
func (l *loader) queueEvent(o *object, source string) (QueueEvent, bool) {
	n, scaling := o.node(source), o.object("ScalingConfig")
	e := QueueEvent{
		BatchSize:      o.number("BatchSize", 10, 1, 10000),
		Window:         o.seconds("MaximumBatchingWindowInSeconds", 0, 0, 300),
		MaxConcurrency: scaling.number("MaximumConcurrency", 0, 2, 1000),
		Enabled:        !o.has("Enabled") || o.flag("Enabled"),
	}
	if e.BatchSize > 10 && e.Window < time.Second {
		l.failf(o.at, "%s: a BatchSize over 10 needs a MaximumBatchingWindowInSeconds of 1 or more", o.what)
	}
	responses := o.list("FunctionResponseTypes")
	if i := slices.IndexFunc(responses, func(kind string) bool { return kind != "ReportBatchItemFailures" }); i >= 0 {
		l.failf(o.at, "%s: there is no FunctionResponseTypes %q", o.what, responses[i])
	}
	e.ReportBatchItemFailures = len(responses) > 0
	scaling.done()
	o.done()
	queue := l.byARN("AWS::SQS::Queue", o.scalar(source, n))
	if queue == nil {
		l.failf(orElse(n, o.at), "%s: %s must be the Arn of a queue of this template", o.what, source)
		return e, false
	}
	e.Queue = queue.id
	return e, true
}
