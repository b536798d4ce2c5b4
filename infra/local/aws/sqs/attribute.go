package sqs

import (
	"crypto/md5" // the protocol's checksum
	"encoding/binary"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

// attribute is a message attribute: a string, a number written as a string, or bytes.
type attribute struct {
	DataType    string
	StringValue *string `json:",omitempty"`
	BinaryValue []byte  `json:",omitempty"`
}

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	attributeType = regexp.MustCompile(`^(String|Number|Binary)(\..+)?$`)
)

func (a attribute) binary() bool { return strings.HasPrefix(a.DataType, "Binary") }

func (a attribute) value() []byte {
	if a.StringValue != nil {
		return []byte(*a.StringValue)
	}
	return a.BinaryValue
}

// awsInvalid is how SQS refuses what no single parameter is to blame for.
func awsInvalid(reason string) error {
	return awsjson.Refuse("InvalidParameterValue", "One or more parameters are invalid. Reason: "+reason+".")
}

func checkAttributes(attributes map[string]attribute) error {
	if len(attributes) > 10 {
		return awsInvalid("Number of message attributes exceeds the allowed maximum of 10")
	}
	for name, a := range attributes {
		lower := strings.ToLower(name)
		if len(name) > 256 || !attributeName.MatchString(name) || strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.") {
			return awsInvalid("The message attribute name '" + name + "' is invalid")
		}
		if len(a.DataType) > 256 || !attributeType.MatchString(a.DataType) {
			return awsInvalid("The type of message attribute '" + name + "' is invalid: it begins with Binary, Number or String")
		}
		if len(a.value()) == 0 || a.binary() != (a.StringValue == nil) || a.StringValue != nil && a.BinaryValue != nil {
			return awsInvalid("The message attribute '" + name + "' must contain one non-empty value of its type")
		}
	}
	return nil
}

// wanted picks the attributes that ReceiveMessage asks for: names, prefixes ("job.*"), or "All".
func wanted(attributes map[string]attribute, names []string) map[string]attribute {
	picked := map[string]attribute{}
	for name, a := range attributes {
		for _, n := range names {
			prefix, isPrefix := strings.CutSuffix(n, ".*")
			if n == name || n == "All" || n == ".*" || isPrefix && strings.HasPrefix(name, prefix) {
				picked[name] = a
			}
		}
	}
	return picked
}

// attributesMD5 is the digest by which clients check attributes; empty for none. Developer Guide, "Calculating the MD5 message digest for
// message attributes": names, types and values with their lengths, by name.
func attributesMD5(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var all []byte
	add := func(field []byte) {
		all = binary.BigEndian.AppendUint32(all, uint32(len(field)))
		all = append(all, field...)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add([]byte(name))
		add([]byte(a.DataType))
		transport := byte(1)
		if a.binary() {
			transport = 2
		}
		all = append(all, transport)
		add(a.value())
	}
	sum := md5.Sum(all) // the protocol's checksum
	return hex.EncodeToString(sum[:])
}
