package dynamodb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/expression"
)

// listing is what Query and Scan have in common.
type listing struct {
	TableName                 string
	IndexName                 *string
	FilterExpression          *string
	ProjectionExpression      *string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]attribute.Value
	ConsistentRead            bool
	ExclusiveStartKey         attribute.Item
	Limit                     *int
	Select                    string
	ReturnConsumedCapacity    string
}

type queryRequest struct {
	listing
	KeyConditionExpression *string
	ScanIndexForward       *bool
}

func (e *Engine) query(in *queryRequest) (*page, error) {
	if in.KeyConditionExpression == nil {
		return nil, attribute.Invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	var conditions []expression.KeyCondition
	r, err := e.reading(&in.listing, func(p *expression.Placeholders) (err error) {
		conditions, err = expression.ParseKeyConditions(*in.KeyConditionExpression, p)
		return err
	}, true)
	if err != nil {
		return nil, err
	}
	for _, name := range r.filter.Names() {
		if slices.Contains(r.keys.names(), name) {
			return nil, attribute.Invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
		}
	}
	r.backwards = in.ScanIndexForward != nil && !*in.ScanIndexForward
	var partition attribute.Value
	if r.from, r.to, partition, err = r.keys.span(conditions); err != nil {
		return nil, err
	}
	if in.ExclusiveStartKey != nil {
		key, err := r.start(in.ExclusiveStartKey)
		if err != nil {
			return nil, err
		}
		if !in.ExclusiveStartKey[r.keys.Partition.Name].Equal(partition) || key < r.from || r.to != "" && key >= r.to {
			return nil, attribute.Invalid("The provided starting key is outside query boundaries based on provided conditions")
		}
		r.after(key)
	}
	return r.page()
}

type scanRequest struct{ listing }

func (e *Engine) scan(in *scanRequest) (*page, error) {
	r, err := e.reading(&in.listing, noExpression, false)
	if err != nil {
		return nil, err
	}
	if in.ExclusiveStartKey != nil {
		key, err := r.start(in.ExclusiveStartKey)
		if err != nil {
			return nil, err
		}
		r.after(key)
	}
	return r.page()
}

// reading checks what Query and Scan have in common; parse takes the operation's own expression.
func (e *Engine) reading(in *listing, parse func(*expression.Placeholders) error, expressions bool) (*reading, error) {
	m, err := newMeter(in.ReturnConsumedCapacity)
	if err := first(err, oneOf("select", in.Select, "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT")); err != nil {
		return nil, err
	}
	if in.Limit != nil && *in.Limit < 1 {
		return nil, constraint(strconv.Itoa(*in.Limit), "limit", "Member must have value greater than or equal to 1")
	}
	p, err := expression.NewPlaceholders(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	r := &reading{meter: m, limit: in.Limit, consistent: in.ConsistentRead, count: in.Select == "COUNT"}
	if err := first(parse(p), r.parse(in, p)); err != nil {
		return nil, err
	}
	if err := p.Unused(expressions || in.FilterExpression != nil || in.ProjectionExpression != nil); err != nil {
		return nil, err
	}
	if r.table, err = e.table(in.TableName); err != nil {
		return nil, err
	}
	r.keys, r.rows = r.table.Keys, &r.table.rows
	if in.IndexName != nil {
		if r.index, err = r.table.index(*in.IndexName); err != nil {
			return nil, err
		}
		e.settle()
		r.keys, r.rows = r.index.Keys, &r.index.rows
	}
	return r, r.checkIndex(in)
}

func (r *reading) parse(in *listing, p *expression.Placeholders) (err error) {
	if in.FilterExpression != nil {
		if r.filter, err = expression.ParseCondition(expression.FilterKind, *in.FilterExpression, p); err != nil {
			return err
		}
	}
	if in.ProjectionExpression != nil {
		if in.Select != "" && in.Select != "SPECIFIC_ATTRIBUTES" {
			return attribute.Invalid("Cannot specify the ProjectionExpression when choosing to get %s", in.Select)
		}
		r.projection, err = expression.ParseProjection(*in.ProjectionExpression, p)
		return err
	}
	if in.Select == "SPECIFIC_ATTRIBUTES" {
		return attribute.Invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	}
	return nil
}

// checkIndex refuses what an index can't answer.
func (r *reading) checkIndex(in *listing) error {
	if r.index == nil {
		if in.Select == "ALL_PROJECTED_ATTRIBUTES" {
			return attribute.Invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
		}
		return nil
	}
	if in.ConsistentRead {
		return attribute.Invalid("Consistent reads are not supported on global secondary indexes")
	}
	if r.index.Projection == "ALL" {
		return nil
	}
	if in.Select == "ALL_ATTRIBUTES" {
		return attribute.Invalid("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", r.index.Name)
	}
	asked := r.filter.Names()
	if r.projection != nil {
		asked = append(asked, r.projection.Names()...)
	}
	if lacks := slices.DeleteFunc(asked, func(name string) bool { return slices.Contains(r.index.projected(), name) }); len(lacks) > 0 {
		return attribute.Invalid("One or more parameter values were invalid: Global secondary index %s does not project [%s]", r.index.Name, strings.Join(lacks, ", "))
	}
	return nil
}

// span is the row keys that key conditions leave, and the value of the partition key.
func (k keys) span(conditions []expression.KeyCondition) (from, to string, partition attribute.Value, err error) {
	fail := func(err error) (string, string, attribute.Value, error) { return "", "", partition, err }
	byName := map[string]expression.KeyCondition{}
	for _, c := range conditions {
		byName[c.Name] = c
	}
	p, ok := byName[k.Partition.Name]
	if !ok {
		return fail(attribute.Invalid("Query condition missed key schema element: %s", k.Partition.Name))
	}
	if p.Operator != "=" {
		return fail(attribute.Invalid("Query key condition not supported"))
	}
	s, sorted := byName[k.Sort.Name]
	if len(byName) == 2 && !sorted {
		if k.Sort.Name == "" {
			return fail(attribute.Invalid("Query key condition not supported"))
		}
		return fail(attribute.Invalid("Query condition missed key schema element: %s", k.Sort.Name))
	}
	if len(byName) > 2 {
		return fail(attribute.Invalid("Conditions can be of length 1 or 2 only"))
	}
	if err := first(k.Partition.check(p), k.Sort.check(s)); err != nil {
		return fail(err)
	}
	partition = p.Values[0]
	prefix := k.partition(partition)
	if !sorted {
		return string(prefix), end(prefix), partition, nil
	}
	from, to = sortSpan(prefix, s)
	return from, to, partition, nil
}

// check refuses values that the key attribute can't have.
func (a keyAttribute) check(c expression.KeyCondition) error {
	for _, v := range c.Values {
		if v.Type != a.Type || c.Operator == "begins_with" && a.Type == attribute.N {
			return attribute.Invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if err := refuseEmpty(v, "", "Key: "+a.Name); err != nil {
			return err
		}
	}
	return nil
}

// sortSpan is the row keys that begin with a partition and satisfy the condition on the sort key.
func sortSpan(partition []byte, c expression.KeyCondition) (from, to string) {
	key := func(v attribute.Value) []byte { return v.Key(slices.Clone(partition)) }
	v := c.Values[0]
	switch c.Operator {
	case "=":
		return string(key(v)), end(key(v))
	case "<":
		return string(partition), string(key(v))
	case "<=":
		return string(partition), end(key(v))
	case ">":
		return end(key(v)), end(partition)
	case ">=":
		return string(key(v)), end(partition)
	case "BETWEEN":
		return string(key(v)), end(key(c.Values[1]))
	}
	prefix := v.KeyPrefix(slices.Clone(partition)) // begins_with
	return string(prefix), end(prefix)
}
