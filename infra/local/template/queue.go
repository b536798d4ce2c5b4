package template

func (l *loader) readQueue(r *resource) {
	o := l.properties(r, "")
	o.ignore("QueueName", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "Tags", "RedriveAllowPolicy")
	o.oneOf("FifoQueue", "false")
	q := Queue{
		LogicalID:         r.id,
		Name:              l.nameOf(r),
		URL:               l.fill(r, kinds[r.kind].ref),
		ARN:               l.fill(r, kinds[r.kind].attributes["Arn"]),
		VisibilityTimeout: o.seconds("VisibilityTimeout", 30, 0, 43200),
		Delay:             o.seconds("DelaySeconds", 0, 0, 900),
		Retention:         o.seconds("MessageRetentionPeriod", 345600, 60, 1209600),
		ReceiveWait:       o.seconds("ReceiveMessageWaitTimeSeconds", 0, 0, 20),
		MaximumSize:       o.number("MaximumMessageSize", 0, 1024, 1048576),
	}
	if o.has("RedrivePolicy") {
		p := o.object("RedrivePolicy")
		d := DeadLetter{MaxReceiveCount: p.number("maxReceiveCount", 10, 1, 1000)}
		if target := l.byARN("AWS::SQS::Queue", p.required("deadLetterTargetArn")); target != nil {
			d.Queue = target.id
		} else {
			l.failf(p.at, "%s: deadLetterTargetArn must be the Arn of a queue of this template", o.what)
		}
		p.done()
		q.DeadLetter = &d
	}
	o.done()
	l.out.Queues = append(l.out.Queues, q)
}
