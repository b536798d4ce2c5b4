package dynamodb

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

const arnPrefix = "arn:aws:dynamodb:us-east-1:000000000000:table/"

// createTableRequest has what makes a table, and what makes no difference here.
type createTableRequest struct {
	TableName                 string
	AttributeDefinitions      []attributeDefinition
	KeySchema                 []keySchemaElement
	BillingMode               string
	ProvisionedThroughput     *throughput
	GlobalSecondaryIndexes    []newIndex
	DeletionProtectionEnabled bool

	SSESpecification json.RawMessage
	TableClass       string
	Tags             json.RawMessage
}

type (
	description struct {
		TableName                 string
		TableArn                  string
		TableId                   string
		TableStatus               string
		CreationDateTime          epoch
		AttributeDefinitions      []attributeDefinition
		KeySchema                 []keySchemaElement
		BillingModeSummary        *billing `json:",omitempty"`
		ProvisionedThroughput     throughput
		GlobalSecondaryIndexes    []indexDescription `json:",omitempty"`
		DeletionProtectionEnabled bool
		ItemCount                 int
		TableSizeBytes            int
	}
	billing          struct{ BillingMode string }
	indexDescription struct {
		newIndex
		IndexArn       string
		IndexStatus    string
		ItemCount      int
		IndexSizeBytes int
	}
	tableDescription struct{ TableDescription description }
)

// epoch is a time as the service's JSON has it: seconds since 1970, to the millisecond.
type epoch time.Time

// MarshalJSON writes seconds.
func (e epoch) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Time(e).UnixMilli()) / 1000)
}

func (e *Engine) createTable(in *createTableRequest) (*tableDescription, error) {
	s, err := in.schema()
	if err != nil {
		return nil, err
	}
	if _, ok := e.tables[s.Name]; ok {
		return nil, refuse("ResourceInUseException", "Table already exists: "+s.Name)
	}
	s.ID, s.Created = rand.Text(), e.clock.Now()
	if err := e.keep(s); err != nil {
		return nil, err
	}
	t := newTable(s)
	e.tables[s.Name] = t
	return &tableDescription{t.describe("CREATING")}, nil
}

type tableRequest struct{ TableName string }

// about returns the table that an operation on tables names.
func (e *Engine) about(name string) (*table, error) {
	if name == "" {
		return nil, missing("tableName")
	}
	t, ok := e.tables[name]
	if !ok {
		return nil, refuse("ResourceNotFoundException", "Requested resource not found: Table: "+name+" not found")
	}
	return t, nil
}

// table returns the table that an operation on items names.
func (e *Engine) table(name string) (*table, error) {
	if name == "" {
		return nil, missing("tableName")
	}
	t, ok := e.tables[name]
	if !ok {
		return nil, errNoTable
	}
	return t, nil
}

var errNoTable error = refuse("ResourceNotFoundException", "Requested resource not found")

type describedTable struct{ Table description }

func (e *Engine) describeTable(in *tableRequest) (*describedTable, error) {
	t, err := e.about(in.TableName)
	if err != nil {
		return nil, err
	}
	e.settle()
	return &describedTable{t.describe("ACTIVE")}, nil
}

func (e *Engine) deleteTable(in *tableRequest) (*tableDescription, error) {
	t, err := e.about(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.Protected {
		return nil, attribute.Invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	if err := e.journal.Append(tableRecord{Drop: t.Name}); err != nil {
		return nil, err
	}
	delete(e.tables, t.Name)
	return &tableDescription{t.describe("DELETING")}, nil
}

func (t *table) describe(status string) description {
	d := description{
		TableName: t.Name, TableArn: arnPrefix + t.Name, TableId: t.ID, TableStatus: status, CreationDateTime: epoch(t.Created),
		KeySchema: t.Keys.elements(), DeletionProtectionEnabled: t.Protected, ItemCount: t.rows.len, TableSizeBytes: size(&t.rows),
	}
	if t.OnDemand {
		d.BillingModeSummary = &billing{"PAY_PER_REQUEST"}
	}
	types := map[string]attribute.Type{}
	define := func(k keys) {
		for _, a := range k.attributes() {
			types[a.Name] = a.Type
		}
	}
	define(t.Keys)
	for _, i := range t.indexes {
		define(i.Keys)
		d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, indexDescription{
			newIndex: newIndex{IndexName: i.Name, KeySchema: i.Keys.elements(), Projection: projection{i.Projection, i.NonKey}, ProvisionedThroughput: &throughput{}},
			IndexArn: d.TableArn + "/index/" + i.Name, IndexStatus: status, ItemCount: i.rows.len, IndexSizeBytes: size(&i.rows),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		d.AttributeDefinitions = append(d.AttributeDefinitions, attributeDefinition{name, types[name]})
	}
	return d
}

type listTablesRequest struct {
	ExclusiveStartTableName string
	Limit                   *int
}

type tableList struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

func (e *Engine) listTables(in *listTablesRequest) (*tableList, error) {
	limit := 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 1 || limit > 100 {
		return nil, constraint(strconv.Itoa(limit), "limit", "Member must be between 1 and 100")
	}
	out := &tableList{TableNames: []string{}}
	for _, name := range slices.Sorted(maps.Keys(e.tables)) {
		if name <= in.ExclusiveStartTableName {
			continue
		}
		if len(out.TableNames) == limit {
			out.LastEvaluatedTableName = out.TableNames[limit-1]
			break
		}
		out.TableNames = append(out.TableNames, name)
	}
	return out, nil
}
