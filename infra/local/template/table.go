package template

func (l *loader) readTable(r *resource) {
	o := l.properties(r, "")
	o.ignore("TableName", "SSESpecification", "Tags", "TableClass", "ContributorInsightsSpecification", "OnDemandThroughput",
		"WarmThroughput", "ResourcePolicy", "ProvisionedThroughput")
	o.oneOf("BillingMode", "PAY_PER_REQUEST", "PROVISIONED")
	t := Table{LogicalID: r.id, Name: l.nameOf(r), DeletionProtection: o.flag("DeletionProtectionEnabled")}
	for _, a := range o.objects("AttributeDefinitions") {
		t.Attributes = append(t.Attributes, Attribute{Name: a.required("AttributeName"), Type: a.oneOf("AttributeType", "S", "N", "B")})
		a.done()
	}
	t.Keys = o.keys()
	for _, i := range o.objects("GlobalSecondaryIndexes") {
		i.ignore("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput", "ContributorInsightsSpecification")
		index := Index{Name: i.required("IndexName"), Keys: i.keys()}
		p := i.object("Projection")
		index.Projection = p.oneOf("ProjectionType", "ALL", "KEYS_ONLY", "INCLUDE")
		index.NonKey = p.list("NonKeyAttributes")
		if (index.Projection == "INCLUDE") != (len(index.NonKey) > 0) {
			o.l.failf(p.at, "%s: NonKeyAttributes and the projection INCLUDE go together", i.what)
		}
		p.done()
		i.done()
		t.Indexes = append(t.Indexes, index)
	}
	ttl := o.object("TimeToLiveSpecification")
	if name := ttl.text("AttributeName"); ttl.flag("Enabled") {
		t.TTLAttribute = name
	}
	ttl.done()
	recovery := o.object("PointInTimeRecoverySpecification")
	t.PointInTimeRecovery = recovery.flag("PointInTimeRecoveryEnabled")
	recovery.ignore("RecoveryPeriodInDays")
	recovery.done()
	o.done()
	l.checkAttributes(r, t)
	l.out.Tables = append(l.out.Tables, t)
}

// keys takes a KeySchema: one HASH attribute and at most one RANGE attribute.
func (o *object) keys() Keys {
	var k Keys
	for _, e := range o.objects("KeySchema") {
		name := e.required("AttributeName")
		to := &k.Partition
		if e.oneOf("KeyType", "HASH", "RANGE") == "RANGE" {
			to = &k.Sort
		}
		if *to != "" {
			o.l.failf(e.at, "%s: a key has one HASH and at most one RANGE attribute", o.what)
		}
		*to = name
		e.done()
	}
	if k.Partition == "" {
		o.l.failf(o.at, "%s: the KeySchema has no HASH attribute", o.what)
	}
	return k
}

// checkAttributes holds the definitions against the keys: DynamoDB wants each used, and each key defined.
func (l *loader) checkAttributes(r *resource, t Table) {
	used := map[string]bool{t.Keys.Partition: true, t.Keys.Sort: true}
	for _, i := range t.Indexes {
		used[i.Keys.Partition], used[i.Keys.Sort] = true, true
	}
	defined := map[string]bool{"": true}
	for _, a := range t.Attributes {
		defined[a.Name] = true
		if !used[a.Name] {
			l.failf(r.node, "table %s: the attribute %s is defined, but is no key", r.id, a.Name)
		}
	}
	for name := range used {
		if !defined[name] {
			l.failf(r.node, "table %s: AttributeDefinitions lacks %s", r.id, name)
		}
	}
}
