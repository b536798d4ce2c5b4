package contract_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// plain makes answers of different runs, accounts and places equal.
type plain struct {
	run string // what {run} stands for
}

// Members whose values say nothing: ids that the service makes up.
var ids = []string{"MessageId", "NextToken", "ReceiptHandle", "SenderId", "TableId"}

// moments end the names of members that are times, in any form.
var moments = []string{"CreatedDate", "CreationDateTime", "DeletedDate", "DeletionDate", "LastAccessedDate", "LastChangedDate", "Timestamp"}

var patterns = []struct {
	is *regexp.Regexp
	as string
}{
	// Secrets Manager adds six characters to a secret's name.
	{regexp.MustCompile(`^(arn:aws:secretsmanager:.*:secret:.*)-[A-Za-z0-9]{6}$`), "$1-<suffix>"},
	{regexp.MustCompile(`arn:aws:([a-z]+):[a-z0-9-]+:\d{12}:`), "arn:aws:$1:<region>:<account>:"},
	{regexp.MustCompile(`https?://[^/]+/\d{12}/`), "<queues>/"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<uuid>"},
}

// value is v, the value of the member of that name, made plain.
func (p plain) value(member string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			out[p.text("", name)] = p.value(name, value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = p.value(member, element)
		}
		return out
	case json.Number:
		if isMoment(member) {
			return "<time>"
		}
	case string:
		return p.text(member, v)
	}
	return v
}

func (p plain) text(member, text string) string {
	if slices.Contains(ids, member) {
		return "<" + member + ">"
	}
	if isMoment(member) {
		return "<time>"
	}
	for _, pattern := range patterns {
		text = pattern.is.ReplaceAllString(text, pattern.as)
	}
	return strings.ReplaceAll(text, p.run, "{run}")
}

func isMoment(member string) bool {
	return slices.ContainsFunc(moments, func(end string) bool { return strings.HasSuffix(member, end) })
}
