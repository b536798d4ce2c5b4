package iam

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/apppass/apppass/infra/local/template"
)

// value is a DynamoDB attribute of type string.
type value struct{ S string }

// call is as much of a request as says what it touches.
type call struct {
	TableName                 string
	IndexName                 string
	Key                       map[string]value
	Item                      map[string]json.RawMessage
	KeyConditionExpression    string
	ExpressionAttributeValues map[string]json.RawMessage
	RequestItems              map[string]json.RawMessage
	TransactItems             []map[string]json.RawMessage

	QueueURL string `json:"QueueUrl"`
	SecretID string `json:"SecretId"`
	Name     string
}

// partitionKey is the partition key's name in every table.
const partitionKey = "pk"

// Of is the actions that a call is, by its service ("dynamodb"), operation and body. The error is for an operation that is not known.
func Of(service, operation string, body []byte) ([]Action, error) {
	var c call
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, fmt.Errorf("read a call of %s: %w", operation, err)
	}
	switch service {
	case "dynamodb":
		return c.dynamodb(operation)
	case "sqs":
		return []Action{{Name: "sqs:" + strings.TrimSuffix(operation, "Batch"), Resource: arn("sqs", c.QueueURL[strings.LastIndexByte(c.QueueURL, '/')+1:])}}, nil
	case "secretsmanager":
		return []Action{{Name: "secretsmanager:" + operation, Resource: secretARN(c.SecretID + c.Name)}}, nil
	}
	return nil, fmt.Errorf("no actions are known of the service %q", service)
}

func (c call) dynamodb(operation string) ([]Action, error) {
	action := Action{Name: "dynamodb:" + operation, Resource: arn("dynamodb", "table/"+c.TableName)}
	switch operation {
	case "GetItem", "UpdateItem", "DeleteItem":
		action.LeadingKeys = []string{c.Key[partitionKey].S}
	case "PutItem":
		action.LeadingKeys = []string{text(c.Item[partitionKey])}
	case "Query":
		if c.IndexName != "" {
			action.Resource += "/index/" + c.IndexName
		}
		name, placeholder, ok := strings.Cut(strings.Split(c.KeyConditionExpression, " AND ")[0], " = ")
		if !ok || strings.HasPrefix(name, "#") {
			return nil, fmt.Errorf("a query's key condition %q does not begin with its partition key", c.KeyConditionExpression)
		}
		action.LeadingKeys = []string{text(c.ExpressionAttributeValues[placeholder])}
	case "BatchGetItem":
		return c.batch(operation)
	case "TransactWriteItems":
		return c.transaction()
	default:
		return nil, fmt.Errorf("no actions are known of dynamodb %s", operation)
	}
	return []Action{action}, nil
}

func (c call) batch(operation string) ([]Action, error) {
	var all []Action
	for table, wanted := range c.RequestItems {
		var keys struct{ Keys []map[string]value }
		if err := json.Unmarshal(wanted, &keys); err != nil {
			return nil, fmt.Errorf("read the keys of a %s: %w", operation, err)
		}
		a := Action{Name: "dynamodb:" + operation, Resource: arn("dynamodb", "table/"+table)}
		for _, k := range keys.Keys {
			a.LeadingKeys = append(a.LeadingKeys, k[partitionKey].S)
		}
		all = append(all, a)
	}
	return all, nil
}

// transaction is the actions inside: a condition check is an action of its own.
func (c call) transaction() ([]Action, error) {
	operations := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
	var all []Action
	for _, item := range c.TransactItems {
		for kind, body := range item {
			var inner call
			if err := json.Unmarshal(body, &inner); err != nil {
				return nil, fmt.Errorf("read a transaction's %s: %w", kind, err)
			}
			key := inner.Key[partitionKey].S
			if kind == "Put" {
				key = text(inner.Item[partitionKey])
			}
			all = append(all, Action{"dynamodb:" + operations[kind], arn("dynamodb", "table/"+inner.TableName), []string{key}})
		}
	}
	return all, nil
}

func text(attribute json.RawMessage) string {
	var v value
	// Anything but a string has no text, and no condition allows that.
	_ = json.Unmarshal(attribute, &v)
	return v.S
}

func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + template.Region + ":" + template.Account + ":" + resource
}

// secretARN is a secret's, whether it was called by its name or its ARN. The six random characters that Secrets Manager adds are left out,
// as the template's identities leave them out.
func secretARN(called string) string {
	prefix := arn("secretsmanager", "secret:")
	name, _ := strings.CutPrefix(called, prefix)
	if i := len(name) - 7; i > 0 && called != name && name[i] == '-' {
		name = name[:i]
	}
	return prefix + name
}
