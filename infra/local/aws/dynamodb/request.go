package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// answer makes an operation of a function that is run alone, on a request that has no member which In doesn't have.
func answer[In, Out any](do func(*Engine, *In) (Out, error)) func(*Engine, []byte) ([]byte, error) {
	return func(e *Engine, body []byte) ([]byte, error) {
		in := new(In)
		if err := decode(body, in); err != nil {
			return nil, err
		}
		out, err := e.alone(func() (any, error) { return do(e, in) })
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	}
}

func (e *Engine) alone(do func() (any, error)) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return do()
}

func decode(body []byte, in any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(in)
	if refused := (*awsjson.Error)(nil); err == nil || errors.As(err, &refused) {
		return err
	}
	return awsjson.Refuse("com.amazon.coral.service#SerializationException", "the local DynamoDB can't take this request: "+err.Error())
}

// refuse returns one of DynamoDB's own exceptions.
func refuse(exception, message string) *awsjson.Error {
	return awsjson.Refuse("com.amazonaws.dynamodb.v20120810#"+exception, message)
}

// oneOf refuses a member that is neither absent nor one of the values.
func oneOf(member, value string, values ...string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return constraint(value, member, "Member must satisfy enum value set: ["+strings.Join(values, ", ")+"]")
}

// constraint is the refusal of a member by the API's model.
func constraint(value, member, rule string) error {
	return attribute.Invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, member, rule)
}

// missing is the refusal of a request that lacks a member.
func missing(member string) error {
	return attribute.Invalid("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
