package dynamodb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// schema is what a table is, as it is kept.
type schema struct {
	Name      string        `json:"name"`
	ID        string        `json:"id"`
	Created   time.Time     `json:"created"`
	Keys      keys          `json:"keys"`
	Indexes   []indexSchema `json:"indexes,omitempty"`
	OnDemand  bool          `json:"onDemand,omitempty"`
	Protected bool          `json:"protected,omitempty"`
	// TTL is the attribute that says when an item is due, empty where none does.
	TTL string `json:"ttl,omitempty"`
	// Recovery tells whether point-in-time recovery is on, and since when.
	Recovery time.Time `json:"recovery,omitzero"`
}

// keys is the attributes of a primary key. Sort may have no name.
type keys struct {
	Partition keyAttribute `json:"partition"`
	Sort      keyAttribute `json:"sort,omitzero"`
}

type keyAttribute struct {
	Name string         `json:"name"`
	Type attribute.Type `json:"type"`
}

type indexSchema struct {
	Name       string   `json:"name"`
	Keys       keys     `json:"keys"`
	Projection string   `json:"projection"` // ALL, KEYS_ONLY or INCLUDE
	NonKey     []string `json:"nonKey,omitempty"`
}

func (k keys) attributes() []keyAttribute {
	if k.Sort.Name == "" {
		return []keyAttribute{k.Partition}
	}
	return []keyAttribute{k.Partition, k.Sort}
}

func (k keys) names() []string {
	if k.Sort.Name == "" {
		return []string{k.Partition.Name}
	}
	return []string{k.Partition.Name, k.Sort.Name}
}

func (k keys) elements() []keySchemaElement {
	all := []keySchemaElement{{k.Partition.Name, "HASH"}}
	if k.Sort.Name != "" {
		all = append(all, keySchemaElement{k.Sort.Name, "RANGE"})
	}
	return all
}

type (
	attributeDefinition struct {
		AttributeName string
		AttributeType attribute.Type
	}
	keySchemaElement struct{ AttributeName, KeyType string }
	projection       struct {
		ProjectionType   string
		NonKeyAttributes []string `json:",omitempty"`
	}
	throughput struct{ ReadCapacityUnits, WriteCapacityUnits int64 }
	newIndex   struct {
		IndexName             string
		KeySchema             []keySchemaElement
		Projection            projection
		ProvisionedThroughput *throughput `json:",omitempty"`
	}
)

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// schema checks what CreateTable asks for.
func (in *createTableRequest) schema() (schema, error) {
	s := schema{Name: in.TableName, OnDemand: in.BillingMode == "PAY_PER_REQUEST", Protected: in.DeletionProtectionEnabled}
	if !namePattern.MatchString(in.TableName) {
		return s, constraint(in.TableName, "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, length 3 to 255")
	}
	if err := oneOf("billingMode", in.BillingMode, "PROVISIONED", "PAY_PER_REQUEST"); err != nil {
		return s, err
	}
	if s.OnDemand == (in.ProvisionedThroughput != nil) {
		return s, attribute.Invalid("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED, and neither when it is PAY_PER_REQUEST")
	}
	types := map[string]attribute.Type{}
	for _, d := range in.AttributeDefinitions {
		if err := oneOf("attributeDefinitions.attributeType", string(d.AttributeType), "S", "N", "B"); err != nil {
			return s, err
		}
		types[d.AttributeName] = d.AttributeType
	}
	used := map[string]bool{}
	var err error
	if s.Keys, err = readKeys(in.KeySchema, types, used); err != nil {
		return s, err
	}
	if len(in.GlobalSecondaryIndexes) > 20 {
		return s, attribute.Invalid("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of 20")
	}
	for _, n := range in.GlobalSecondaryIndexes {
		i, err := n.schema(types, used)
		if err != nil {
			return s, err
		}
		if slices.ContainsFunc(s.Indexes, func(other indexSchema) bool { return other.Name == i.Name }) {
			return s, attribute.Invalid("One or more parameter values were invalid: Duplicate index name: %s", i.Name)
		}
		s.Indexes = append(s.Indexes, i)
	}
	if len(used) != len(types) {
		return s, attribute.Invalid("One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: [%s]", in.definitions())
	}
	return s, nil
}

func (in *createTableRequest) definitions() string {
	var names []string
	for _, d := range in.AttributeDefinitions {
		names = append(names, d.AttributeName)
	}
	return strings.Join(names, ", ")
}

func (n newIndex) schema(types map[string]attribute.Type, used map[string]bool) (indexSchema, error) {
	i := indexSchema{Name: n.IndexName, Projection: n.Projection.ProjectionType, NonKey: n.Projection.NonKeyAttributes}
	if !namePattern.MatchString(n.IndexName) {
		return i, constraint(n.IndexName, "globalSecondaryIndexes.indexName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, length 3 to 255")
	}
	if i.Projection == "" {
		return i, attribute.Invalid("One or more parameter values were invalid: Unknown ProjectionType: null")
	}
	if err := oneOf("globalSecondaryIndexes.projection.projectionType", i.Projection, "ALL", "KEYS_ONLY", "INCLUDE"); err != nil {
		return i, err
	}
	if (i.Projection == "INCLUDE") != (len(i.NonKey) > 0) {
		return i, attribute.Invalid("One or more parameter values were invalid: ProjectionType is %s, but NonKeyAttributes has %d entries", i.Projection, len(i.NonKey))
	}
	var err error
	i.Keys, err = readKeys(n.KeySchema, types, used)
	return i, err
}

func readKeys(elements []keySchemaElement, types map[string]attribute.Type, used map[string]bool) (keys, error) {
	k := keys{}
	for n, e := range elements {
		if n > 1 || e.KeyType != []string{"HASH", "RANGE"}[n] {
			return k, attribute.Invalid("Invalid KeySchema: The first KeySchemaElement is a HASH key type, a second one is a RANGE key type, and there are no more")
		}
		if types[e.AttributeName] == "" {
			return k, attribute.Invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", e.AttributeName)
		}
		a := keyAttribute{e.AttributeName, types[e.AttributeName]}
		if n == 0 {
			k.Partition = a
		} else {
			k.Sort = a
		}
		used[e.AttributeName] = true
	}
	if len(elements) == 0 || k.Sort.Name == k.Partition.Name {
		return k, attribute.Invalid("Invalid KeySchema: %s", fmt.Sprint(elements))
	}
	return k, nil
}
