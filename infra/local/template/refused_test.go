package template

import (
	"os"
	"strings"
	"testing"
)

// Properties of a function, and whole resources, that CloudFormation or the service behind would refuse, or that the local stack
// can't do. What else is refused is in TestFaultsStopWithLineAndName.
func TestMoreFaults(t *testing.T) {
	head := strings.Replace(head, "  Self: !Not [!Condition Self]\n", "", 1)
	const topic = "  T: {Type: AWS::SNS::Topic"
	table := func(rest string) string {
		return "  T: {Type: AWS::DynamoDB::Table, Properties: {AttributeDefinitions: [{AttributeName: pk, AttributeType: S}], " + rest + "}}"
	}
	const key = "KeySchema: [{AttributeName: pk, KeyType: HASH}]"
	event := func(properties string) string { return fn("      Events:\n        A: " + properties) }
	for name, c := range map[string]struct{ text, want string }{
		"a resource without a type":       {"  T: {Properties: {}}", "resource T has no Type"},
		"a resource that is a text":       {"  T: topic", "resource T must be a mapping"},
		"a merge key":                     {"  T: {<<: {Type: AWS::SNS::Topic}}", "CloudFormation takes no YAML aliases or merges"},
		"an update policy":                {topic + ", UpdatePolicy: {}}", "does not know the property UpdatePolicy"},
		"a runtime with an interpreter":   {strings.Replace(fn(""), "provided.al2023", "python3.13", 1), `Runtime is "python3.13"`},
		"an image":                        {fn("      PackageType: Image"), `PackageType is "Image"`},
		"an unknown architecture":         {fn("      Architectures: [riscv]"), "it is one of arm64 and x86_64"},
		"two architectures":               {fn("      Architectures: [arm64, x86_64]"), "it is one of arm64 and x86_64"},
		"a timeout over 15 minutes":       {fn("      Timeout: 901"), "Timeout is \"901\"; it must be a whole number from 1 to 900"},
		"too little memory":               {fn("      MemorySize: 64"), "MemorySize is \"64\""},
		"three retries":                   {fn("      EventInvokeConfig: {MaximumRetryAttempts: 3}"), "from 0 to 2"},
		"a variable with a hyphen":        {fn("      Environment: {Variables: {A-B: x}}"), `Lambda takes no variable named "A-B"`},
		"a variable of one letter":        {fn("      Environment: {Variables: {A: x}}"), `Lambda takes no variable named "A"`},
		"a variable that is a list":       {fn("      Environment: {Variables: {AB: [x]}}"), "AB must be a single value"},
		"an environment over 4 KB":        {fn("      Environment: {Variables: {AB: " + strings.Repeat("x", 4095) + "}}"), "its environment is 4097 bytes; Lambda takes 4096"},
		"a function's name with a dot":    {fn("      FunctionName: a.b"), `F: AWS takes no name like "a.b"`},
		"a queue's name with a slash":     {"  T: {Type: AWS::SQS::Queue, Properties: {QueueName: a/b}}", `T: AWS takes no name like "a/b"`},
		"a table's name of two letters":   {table(key + ", TableName: ab"), `T: AWS takes no name like "ab"`},
		"the same name twice":             {"  T: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}\n  U: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}", "T and U are both the AWS::SQS::Queue q"},
		"an alias that needs itself":      {fn("      AutoPublishAlias: !Sub '${F.Alias}'\n      Description: !Ref F.Alias"), "the alias of F depends on itself"},
		"an event without a type":         {event("{Properties: {}}"), "F: event A has no Type"},
		"an unknown method":               {event("{Type: HttpApi, Properties: {ApiId: !Ref A, Method: FETCH, Path: /}}"), "there is no method FETCH"},
		"a path without a slash":          {event("{Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: x}}"), "API Gateway takes no path like"},
		"an authorizer":                   {event("{Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: /, Auth: {}}}"), "does not know the property Auth"},
		"an integration over 30 s":        {event("{Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: /, TimeoutInMillis: 30001}}"), "from 50 to 30000"},
		"a queue of elsewhere":            {event("{Type: SQS, Properties: {Queue: 'arn:aws:sqs:us-east-1:000000000000:other'}}"), "Queue must be the Arn of a queue of this template"},
		"a large batch at once":           {event("{Type: SQS, Properties: {Queue: x, BatchSize: 11}}"), "a BatchSize over 10 needs"},
		"a filter":                        {event("{Type: SQS, Properties: {Queue: x, FilterCriteria: {}}}"), "does not know the property FilterCriteria"},
		"an unknown response type":        {event("{Type: SQS, Properties: {Queue: x, FunctionResponseTypes: [All]}}"), `there is no FunctionResponseTypes "All"`},
		"a visibility under the timeout":  {event("{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}\n      Timeout: 31\n  Q: {Type: AWS::SQS::Queue}"), "F: its Timeout is 31s, but the VisibilityTimeout of Q is 30s"},
		"a mapping to nowhere":            {"  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: x, EventSourceArn: !GetAtt Q.Arn}}\n  Q: {Type: AWS::SQS::Queue}", "FunctionName must be the name or Arn of a function of this template"},
		"a mapping of a queue elsewhere":  {"  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: x}}\n" + fn(""), "EventSourceArn must be the Arn of a queue of this template"},
		"a schedule without expression":   {event("{Type: ScheduleV2, Properties: {}}"), "ScheduleExpression is missing"},
		"a schedule with a start":         {event("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), StartDate: x}}"), "does not know the property StartDate"},
		"a rule with a time zone":         {event("{Type: Schedule, Properties: {Schedule: rate(1 day), ScheduleExpressionTimezone: UTC}}"), "does not know the property ScheduleExpressionTimezone"},
		"a statement without a resource":  {fn("      Policies: [{Statement: [{Effect: Allow, Action: a:b}]}]"), "a statement needs Action and Resource"},
		"a statement about all but":       {fn("      Policies: [{Statement: [{Effect: Allow, NotAction: a:b, Resource: '*'}]}]"), "does not know the property NotAction"},
		"a statement that maybe allows":   {fn("      Policies: [{Statement: [{Effect: Maybe, Action: a:b, Resource: '*'}]}]"), `Effect is "Maybe"`},
		"a table without a key":           {table("KeySchema: []"), "the KeySchema has no HASH attribute"},
		"a table with two hash keys":      {table("KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: pk, KeyType: HASH}]"), "one HASH and at most one RANGE"},
		"an attribute that is no key":     {"  T: {Type: AWS::DynamoDB::Table, Properties: {AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: x, AttributeType: S}], " + key + "}}", "the attribute x is defined, but is no key"},
		"an attribute of an unknown type": {"  T: {Type: AWS::DynamoDB::Table, Properties: {AttributeDefinitions: [{AttributeName: pk, AttributeType: BOOL}], " + key + "}}", `AttributeType is "BOOL"`},
		"a local index":                   {table(key + ", LocalSecondaryIndexes: []"), "does not know the property LocalSecondaryIndexes"},
		"attributes of a whole index":     {table(key + ", GlobalSecondaryIndexes: [{IndexName: i, " + key + ", Projection: {ProjectionType: ALL, NonKeyAttributes: [a]}}]"), "NonKeyAttributes and the projection INCLUDE go together"},
		"an index that includes nothing":  {table(key + ", GlobalSecondaryIndexes: [{IndexName: i, " + key + ", Projection: {ProjectionType: INCLUDE}}]"), "NonKeyAttributes and the projection INCLUDE go together"},
		"a secret with two values":        {"  T: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: a, GenerateSecretString: {}}}", "exclude each other"},
		"a generated key without a place": {"  T: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {GenerateStringKey: k}}}", "go together"},
		"a flag that is none":             {"  T: {Type: AWS::DynamoDB::Table, Properties: {DeletionProtectionEnabled: often}}", "it must be true or false"},
		"a stage":                         {"  C: {Type: AWS::Serverless::HttpApi, Properties: {StageName: prod}}", `StageName is "prod"`},
		"an authorizer of one's own":      {"  C: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {Authorizers: {Own: {}}, EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM}}}", "does not know the property Authorizers"},
		"a default that is not IAM":       {"  C: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {EnableIamAuthorizer: true, DefaultAuthorizer: Own}}}", `DefaultAuthorizer is "Own"`},
		"IAM that protects no route":      {"  C: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {EnableIamAuthorizer: true}}}", "with DefaultAuthorizer: AWS_IAM only"},
		"IAM that is not switched on":     {"  C: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: AWS_IAM}}}", "with DefaultAuthorizer: AWS_IAM only"},
		"an empty Auth":                   {"  C: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {}}}", "with DefaultAuthorizer: AWS_IAM only"},
		"a rate below nothing":            {"  C: {Type: AWS::Serverless::HttpApi, Properties: {DefaultRouteSettings: {ThrottlingRateLimit: -1}}}", "not a rate"},
		"needing oneself":                 {topic + ", DependsOn: T}", "circular dependency: T → T"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse("x.yaml", []byte(head+c.text+"\n"), nil, local)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("parse of\n%s\ngot %v, want %q", c.text, err, c.want)
			}
			if strings.Contains(err.Error(), "x.yaml:0: ") {
				t.Errorf("a fault has no line: %v", err)
			}
		})
	}
}

func TestSectionsThatTheLocalStackHasNot(t *testing.T) {
	const begin = "Transform: AWS::Serverless-2016-10-31\n"
	for text, want := range map[string]string{
		"":                                     "x.yaml: the template is empty",
		"[":                                    "x.yaml: yaml: ",
		"Resources: {}":                        "x.yaml:1: Transform must be AWS::Serverless-2016-10-31",
		"Transform: [AWS::LanguageExtensions]": "Transform must be",
		"[]":                                   "x.yaml:1: the template must be a mapping",
		begin + "Mappings: {}":                 "x.yaml:2: the template: the local stack does not know the property Mappings",
		begin + "Rules: {}":                    "does not know the property Rules",
		begin + "Globals: {Api: {}}":           "Globals has no section Api here",
		begin + "Resources: []":                "Resources must be a mapping",
		begin + "Parameters: {P: {Type: CommaDelimitedList, Default: a}}":     `Type is "CommaDelimitedList"`,
		begin + "Parameters: {P: {Default: a, AllowedPattern: '('}}":          "AllowedPattern: error parsing regexp",
		begin + "Parameters: {P: {Type: Number, Default: a, MaxValue: 1}}":    `parameter P is "a", not a number`,
		begin + "Parameters: {P: {Type: Number, Default: 1, MaxValue: much}}": `MaxValue is "much", not a number`,
		begin + "Outputs: {O: {Value: !Ref Nothing}}":                         `there is no parameter or resource "Nothing"`,
		begin + "Outputs: {O: {Valeu: a}}":                                    "does not know the property Valeu",
	} {
		if _, err := parse("x.yaml", []byte(text), nil, local); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse of %q: got %v, want %q", text, err, want)
		}
	}
	if _, err := Load("testdata/nowhere.yaml", nil, local); err == nil || !strings.Contains(err.Error(), "read the template: ") {
		t.Errorf("Load of no file: got %v", err)
	}
}

// FuzzLoad looks for templates that are neither loaded nor refused.
func FuzzLoad(f *testing.F) {
	house, err := os.ReadFile("testdata/house.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(house))
	f.Add(head + fn("      AutoPublishAlias: !Sub '${F.Alias}'"))
	f.Add(head + "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !If [No, !Ref Gone, !GetAtt [A, ApiId]]}}")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parse("x.yaml", []byte(text), map[string]string{"Token": "abcd"}, local)
		if (got == nil) == (err == nil) {
			t.Errorf("got %v and %v", got, err)
		}
	})
}
