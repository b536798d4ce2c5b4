package dynamodb

import (
	"hash/fnv"
	"slices"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

// The longest key attributes, in bytes.
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

// partition is what the row keys of a partition begin with. A hash stands first: as on AWS, the order of partitions means nothing.
func (k keys) partition(v attribute.Value) []byte {
	text := v.Key(nil)
	h := fnv.New64a()
	_, _ = h.Write(text) // it never fails
	return append(h.Sum(nil), text...)
}

// row is where an item is, by its key attributes, which it has.
func (k keys) row(item attribute.Item) string {
	to := k.partition(item[k.Partition.Name])
	if k.Sort.Name != "" {
		to = item[k.Sort.Name].Key(to)
	}
	return string(to)
}

// end is the first text behind all that begin with prefix.
func end(prefix []byte) string {
	to := slices.Clone(prefix)
	for i := len(to) - 1; i >= 0; i-- {
		if to[i]++; to[i] != 0 {
			return string(to[:i+1])
		}
	}
	return ""
}

// checkItem refuses an item without a usable primary key.
func (k keys) checkItem(item attribute.Item) error {
	for _, a := range k.attributes() {
		v, ok := item[a.Name]
		if !ok {
			return attribute.Invalid("One or more parameter values were invalid: Missing the key %s in the item", a.Name)
		}
		if v.Type != a.Type {
			return attribute.Invalid("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", a.Name, a.Type, v.Type)
		}
	}
	return k.checkValues(item)
}

// checkKey refuses what is not exactly a primary key.
func (k keys) checkKey(key attribute.Item) error {
	if !k.match(key) {
		return attribute.Invalid("The provided key element does not match the schema")
	}
	return k.checkValues(key)
}

// match tells whether key has the key attributes and nothing else.
func (k keys) match(key attribute.Item) bool {
	for _, a := range k.attributes() {
		if key[a.Name].Type != a.Type {
			return false
		}
	}
	return len(key) == len(k.attributes())
}

// checkValues refuses empty and overlong values.
func (k keys) checkValues(item attribute.Item) error {
	for _, a := range k.attributes() {
		if err := refuseEmpty(item[a.Name], "", "Key: "+a.Name); err != nil {
			return err
		}
	}
	return k.checkSizes(item)
}

func (k keys) checkSizes(item attribute.Item) error {
	if item[k.Partition.Name].Size() > maxPartitionKey {
		return attribute.Invalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	}
	if k.Sort.Name != "" && item[k.Sort.Name].Size() > maxSortKey {
		return attribute.Invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

// refuseEmpty refuses an empty text as a key attribute; about and where are parts of the message.
func refuseEmpty(v attribute.Value, about, where string) error {
	if v.Text != "" || v.Type != attribute.S && v.Type != attribute.B {
		return nil
	}
	kind := "string"
	if v.Type == attribute.B {
		kind = "binary"
	}
	return attribute.Invalid("One or more parameter values are not valid. %sThe AttributeValue for a key attribute cannot contain an empty %s value. %s", about, kind, where)
}
