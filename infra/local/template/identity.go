package template

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Region, Account and Stack are where the template is "deployed" locally.
const (
	Region  = "us-east-1"
	Account = "000000000000"
	Stack   = "apppass"
)

var pseudo = map[string]string{
	"AWS::Region":    Region,
	"AWS::AccountId": Account,
	"AWS::Partition": "aws",
	"AWS::StackName": Stack,
	"AWS::StackId":   "arn:aws:cloudformation:" + Region + ":" + Account + ":stack/" + Stack + "/local",
	"AWS::URLSuffix": "amazonaws.com",
}

// kind is what a resource of a type is called: the property that may name it, and its Ref and attributes as patterns of
// {name}, {id} (the logical id in lower case), {aws} and {http} (the local listeners) and {uuid} (made from the name).
type kind struct {
	named      string
	ref        string
	attributes map[string]string
}

func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + Region + ":" + Account + ":" + resource
}

const roleARN = "arn:aws:iam::" + Account + ":role/{name}"

var kinds = map[string]kind{
	"AWS::Serverless::Function": {"FunctionName", "{name}", map[string]string{"Arn": arn("lambda", "function:{name}")}},
	"AWS::Serverless::HttpApi":  {"", "{id}", map[string]string{"ApiId": "{id}", "ApiEndpoint": "{http}"}},
	// A domain of one's own is not there locally; its condition leaves it out.
	"AWS::ApiGatewayV2::DomainName": {"DomainName", "{name}", nil},
	"AWS::ApiGatewayV2::ApiMapping": {"", "{uuid}", nil},
	"AWS::DynamoDB::Table":          {"TableName", "{name}", map[string]string{"Arn": arn("dynamodb", "table/{name}")}},
	"AWS::SQS::Queue": {"QueueName", "{aws}/" + Account + "/{name}", map[string]string{
		"Arn": arn("sqs", "{name}"), "QueueName": "{name}", "QueueUrl": "{aws}/" + Account + "/{name}"}},
	// Without the six random characters: Secrets Manager takes such an ARN for the secret.
	"AWS::SecretsManager::Secret": {"Name", arn("secretsmanager", "secret:{name}"), map[string]string{
		"Id": arn("secretsmanager", "secret:{name}")}},
	"AWS::Lambda::EventSourceMapping": {"", "{uuid}", nil},
	"AWS::Logs::LogGroup":             {"LogGroupName", "{name}", map[string]string{"Arn": arn("logs", "log-group:{name}:*")}},
	"AWS::Logs::MetricFilter":         {"FilterName", "{name}", nil},
	"AWS::CloudWatch::Alarm": {"AlarmName", "{name}", map[string]string{
		"Arn": arn("cloudwatch", "alarm:{name}")}},
	"AWS::KMS::Key":   {"", "{uuid}", map[string]string{"Arn": arn("kms", "key/{uuid}"), "KeyId": "{uuid}"}},
	"AWS::KMS::Alias": {"AliasName", "{name}", nil},
	"AWS::SNS::Topic": {"TopicName", arn("sns", "{name}"), map[string]string{
		"TopicArn": arn("sns", "{name}"), "TopicName": "{name}"}},
	"AWS::SNS::Subscription": {"", arn("sns", "{name}:{uuid}"), nil},
	"AWS::SQS::QueuePolicy":  {"", "{name}", nil},
	"AWS::IAM::Role":         {"RoleName", "{name}", map[string]string{"Arn": roleARN, "RoleId": "AROA{id}"}},
}

// ref is what Ref gives: a parameter's or pseudo parameter's value, or a resource's identity.
func (l *loader) ref(n *yaml.Node, id string) string {
	if v, ok := l.parameters[id]; ok {
		return v
	}
	if v, ok := pseudo[id]; ok {
		return v
	}
	if function, made, ok := strings.Cut(id, "."); ok {
		return l.madeBySAM(n, function, made)
	}
	if role, ok := l.roleOf(id); ok {
		return strings.TrimPrefix(role, strings.TrimSuffix(roleARN, "{name}"))
	}
	r := l.target(n, id)
	if r == nil {
		return ""
	}
	return l.fill(r, kinds[r.kind].ref)
}

// attribute is what GetAtt gives.
func (l *loader) attribute(n *yaml.Node, id, name string) string {
	if role, ok := l.roleOf(id); ok && name == "Arn" {
		return role
	}
	r := l.target(n, id)
	if r == nil {
		return ""
	}
	if r.kind == "AWS::Serverless::Function" && name != "Arn" {
		return l.madeBySAM(n, id, name)
	}
	pattern, ok := kinds[r.kind].attributes[name]
	if !ok {
		l.failf(n, "%s is a %s; the local stack knows no attribute %s of it", id, r.kind, name)
	}
	return l.fill(r, pattern)
}

// madeBySAM is the alias or version that SAM makes for a function with AutoPublishAlias.
func (l *loader) madeBySAM(n *yaml.Node, id, what string) string {
	r := l.target(n, id)
	if r == nil {
		return ""
	}
	alias := lookup(merge(l.globals["Function"], r.properties), "AutoPublishAlias")
	if r.kind != "AWS::Serverless::Function" || alias == nil {
		l.failf(n, "%s.%s: only a function with AutoPublishAlias has it", id, what)
		return ""
	}
	function := l.fill(r, kinds[r.kind].attributes["Arn"])
	switch what {
	case "Alias":
		if slices.Contains(l.naming, id+".Alias") {
			l.failf(alias, "the alias of %s depends on itself", id)
			return ""
		}
		l.naming = append(l.naming, id+".Alias")
		defer func() { l.naming = l.naming[:len(l.naming)-1] }()
		return function + ":" + l.value(alias, "AutoPublishAlias")
	case "Version":
		return function + ":1"
	}
	l.failf(n, "%s: the local stack knows no attribute %s of a function", id, what)
	return ""
}

// roleOf is the ARN of the role that SAM makes for a function; its logical id is the function's and "Role".
func (l *loader) roleOf(id string) (string, bool) {
	function, ok := strings.CutSuffix(id, "Role")
	r := l.resources[function]
	if _, own := l.resources[id]; own || !ok || r == nil || r.kind != "AWS::Serverless::Function" || r.absent {
		return "", false
	}
	return strings.ReplaceAll(roleARN, "{name}", Stack+"-"+strings.ToLower(id)), true
}

// target finds the resource that a reference means and notes the reference.
func (l *loader) target(n *yaml.Node, id string) *resource {
	r, ok := l.resources[id]
	switch {
	case !ok:
		l.failf(n, "there is no parameter or resource %q", id)
		return nil
	case r.absent:
		l.failf(n, "%s is not there: its condition %s does not hold", id, r.condition.Value)
		return nil
	}
	if l.reader != "" {
		l.note(l.reader, id)
	}
	return r
}

func (l *loader) fill(r *resource, pattern string) string {
	name := l.nameOf(r)
	hash := sha256.Sum256([]byte(name))
	sum := hex.EncodeToString(hash[:16])
	uuid := strings.Join([]string{sum[:8], sum[8:12], sum[12:16], sum[16:20], sum[20:32]}, "-")
	return strings.NewReplacer("{name}", name, "{id}", strings.ToLower(r.id),
		"{aws}", l.endpoints.AWS, "{http}", l.endpoints.HTTP, "{uuid}", uuid).Replace(pattern)
}

// nameOf is a resource's physical name.
func (l *loader) nameOf(r *resource) string {
	if name, ok := l.names[r.id]; ok {
		return name
	}
	name := Stack + "-" + strings.ToLower(r.id)
	if own := lookup(r.properties, kinds[r.kind].named); own != nil {
		if slices.Contains(l.naming, r.id) {
			l.failf(own, "the name of %s depends on itself", r.id)
			return ""
		}
		l.naming = append(l.naming, r.id)
		reader := l.reader
		l.reader = "" // what the name refers to is noted when the resource itself is read
		if done := l.resolve(own); done != nil {
			name = done.Value
		}
		l.reader = reader
		l.naming = l.naming[:len(l.naming)-1]
	}
	l.names[r.id] = name
	return name
}

// byARN finds the resource of a type with an ARN; nil where there is none.
func (l *loader) byARN(kindName, arn string) *resource {
	for _, id := range l.order {
		if r := l.resources[id]; r.kind == kindName && !r.absent && l.fill(r, kinds[kindName].attributes["Arn"]) == arn {
			return r
		}
	}
	return nil
}
