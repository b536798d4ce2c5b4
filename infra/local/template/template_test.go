package template

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var local = Endpoints{AWS: "http://127.0.0.1:8082", HTTP: "http://127.0.0.1:8080"}

func load(t *testing.T, parameters map[string]string) *Template {
	t.Helper()
	got, err := Load("testdata/house.yaml", parameters, local)
	if err != nil {
		t.Fatalf("Load(testdata/house.yaml, %v): %v", parameters, err)
	}
	return got
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestFunctionsHaveGlobalsRoutesAndPolicies(t *testing.T) {
	got := load(t, map[string]string{"Token": "abcd"}).Functions[0]
	same(t, "RevealFunction", got, Function{
		LogicalID: "RevealFunction", Name: "apppass-revealfunction", CodeURI: "dist/reveal", Handler: "bootstrap",
		Runtime: "provided.al2023", Architecture: "arm64", Timeout: 10 * time.Second, MemorySize: 512,
		ReservedConcurrency: 7, AsyncRetries: 2,
		Environment: map[string]string{
			"STAGE": "prod", "OVERRIDDEN": "own", "EPHEMERAL_TABLE": "apppass-ephemeral",
			"QUEUE_URL": "http://127.0.0.1:8082/000000000000/apppass-requests",
			"WHERE":     "us-east-1/000000000000/apppass/${kept}/apppass-requests",
			"MIXED":     "a+20+c-prod",
		},
		Routes: []Route{
			{API: "PeopleApi", Method: "POST", Path: "/r/claim", Timeout: 30 * time.Second, Throttle: &Throttle{Rate: 2.5, Burst: 5}},
			{API: "PeopleApi", Method: "ANY", Path: "/r/{page+}", Timeout: 5 * time.Second, Throttle: &Throttle{Rate: 20, Burst: 50}},
		},
		Policies: []Statement{
			{
				Sid: "Claim", Effect: "Allow", Action: []string{"dynamodb:UpdateItem", "dynamodb:GetItem"},
				Resource:  []string{"arn:aws:dynamodb:us-east-1:000000000000:table/apppass-ephemeral"},
				Condition: map[string]map[string][]string{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": {"reveal#*"}}},
			},
			{
				Effect: "Allow", Action: []string{"secretsmanager:GetSecretValue"},
				Resource: []string{
					"arn:aws:secretsmanager:us-east-1:000000000000:secret:apppass/pepper",
					"arn:aws:secretsmanager:us-east-1:000000000000:secret:apppass/*",
				},
			},
		},
	})
}

func TestFunctionsHaveQueuesAndSchedules(t *testing.T) {
	got := load(t, map[string]string{"Token": "abcd", "Stage": "dev"}).Functions[1]
	same(t, "WorkerFunction", got, Function{
		LogicalID: "WorkerFunction", Name: "apppass-worker-dev", CodeURI: "dist/worker", Handler: "bootstrap",
		Runtime: "provided.al2023", Architecture: "arm64", Timeout: 10 * time.Second, MemorySize: 512,
		ReservedConcurrency: -1, AsyncRetries: 0,
		Environment: map[string]string{
			"STAGE": "dev", "OVERRIDDEN": "global", "LINK_BASE": "http://127.0.0.1:8080", "API_ID": "peopleapi",
			"ROLE": "arn:aws:iam::000000000000:role/apppass-revealfunctionrole",
		},
		Queues: []QueueEvent{
			{Queue: "Requests", BatchSize: 5, MaxConcurrency: 4, ReportBatchItemFailures: true, Enabled: true},
			{Queue: "RequestsDead", BatchSize: 50, Window: 2 * time.Second},
		},
		Schedules: []Schedule{
			{Name: "apppass-WorkerFunctionNightly", Expression: "cron(0 3 * * ? *)", Timezone: "Europe/Berlin",
				Input: `{"time":"<aws.scheduler.scheduled-time>"}`, Enabled: false},
			{Name: "often", Expression: "rate(5 minutes)", Timezone: "UTC", Rule: true},
		},
	})
}

func TestStorageIsReadWithDefaults(t *testing.T) {
	got := load(t, map[string]string{"Token": "abcd"})
	given := "abcd"
	same(t, "tables", got.Tables, []Table{{
		LogicalID: "Ephemeral", Name: "apppass-ephemeral", Keys: Keys{Partition: "pk", Sort: "sk"},
		Attributes: []Attribute{{"pk", "S"}, {"sk", "S"}, {"shard", "S"}, {"due", "N"}},
		Indexes: []Index{{Name: "sweep", Keys: Keys{Partition: "shard", Sort: "due"}, Projection: "INCLUDE",
			NonKey: []string{"state"}}},
		TTLAttribute: "ttl", PointInTimeRecovery: true, DeletionProtection: true,
	}})
	same(t, "queues", got.Queues, []Queue{
		{LogicalID: "Requests", Name: "apppass-requests", URL: "http://127.0.0.1:8082/000000000000/apppass-requests",
			ARN: "arn:aws:sqs:us-east-1:000000000000:apppass-requests", VisibilityTimeout: time.Minute,
			Retention: 96 * time.Hour, DeadLetter: &DeadLetter{Queue: "RequestsDead", MaxReceiveCount: 5}},
		{LogicalID: "RequestsDead", Name: "dead", URL: "http://127.0.0.1:8082/000000000000/dead",
			ARN: "arn:aws:sqs:us-east-1:000000000000:dead", VisibilityTimeout: 30 * time.Second, Retention: 336 * time.Hour},
	})
	same(t, "secrets", got.Secrets, []Secret{
		{LogicalID: "Pepper", Name: "apppass/pepper", ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:apppass/pepper", Generate: &GenerateSecretString{
			Template: "{}", Key: "key", Length: 64, ExcludePunctuation: true, RequireEachType: true}},
		{LogicalID: "SlackToken", Name: "apppass-slacktoken", ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:apppass-slacktoken"},
		{LogicalID: "Given", Name: "apppass-given", ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:apppass-given", SecretString: &given},
	})
}

func TestAPIsParametersAndOutputsAreRead(t *testing.T) {
	got := load(t, map[string]string{"Token": "abcd"})
	same(t, "APIs", got.APIs, []API{
		{LogicalID: "PeopleApi", Name: "apppass-peopleapi", ID: "peopleapi",
			CORS: &CORS{AllowOrigins: []string{"https://example.com"}, AllowMethods: []string{"GET"}, MaxAge: 60}},
		{LogicalID: "VerifyApi", Name: "apppass-verifyapi", ID: "verifyapi"},
		{LogicalID: "AdminApi", Name: "apppass-adminapi", ID: "adminapi", IAM: true},
	})
	same(t, "parameters", got.Parameters, []Parameter{
		{Name: "Stage", Value: "prod"}, {Name: "Domain"}, {Name: "Token", Value: "abcd", NoEcho: true}, {Name: "Rate", Value: "20"},
	})
	same(t, "outputs", got.Outputs, []Output{
		{Name: "Address", Value: "http://127.0.0.1:8080"},
		{Name: "Logs", Value: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/apppass-revealfunction:*"},
	})
}

func TestConditionsLeaveOutAndLetIn(t *testing.T) {
	got := load(t, map[string]string{"Token": "abcd", "Domain": "example.com"})
	if v := got.Functions[0].Environment["MAYBE"]; v != "example.com" {
		t.Errorf("with Domain set MAYBE is %q, want example.com", v)
	}
	var names []string
	for _, o := range got.Outputs {
		names = append(names, o.Name+"="+o.Value)
	}
	if want := "Alarm=apppass-alarm"; !strings.Contains(strings.Join(names, " "), want) {
		t.Errorf("with Domain set and Stage prod the outputs are %q, want %s among them", names, want)
	}
}

func TestParametersAreHeldToTheirBounds(t *testing.T) {
	for _, c := range []struct {
		name       string
		parameters map[string]string
		want       string
	}{
		{"no value", nil, "house.yaml:15: parameter Token has neither a default nor a local value"},
		{"too short, not shown", map[string]string{"Token": "abc"}, "parameter Token is (not shown); its MinLength is 4"},
		{"not among the allowed", map[string]string{"Token": "abcd", "Stage": "test"}, `parameter Stage is "test"; allowed are ["prod" "dev"]`},
		{"against the pattern", map[string]string{"Token": "abcd", "Domain": "A B"}, `parameter Domain is "A B", which does not match`},
		{"too large", map[string]string{"Token": "abcd", "Rate": "101"}, `parameter Rate is "101"; its MaxValue is 100`},
		{"no number", map[string]string{"Token": "abcd", "Rate": "x"}, `parameter Rate is "x", not a number`},
		{"not declared", map[string]string{"Token": "abcd", "Tokn": "x"}, "there is a local value for Tokn, which is no parameter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load("testdata/house.yaml", c.parameters, local)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Load with %v: got %v, want %q", c.parameters, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "abc\"") {
				t.Errorf("the error shows a NoEcho value: %v", err)
			}
		})
	}
}

const head = "Transform: AWS::Serverless-2016-10-31\nParameters:\n  P: {Type: String, Default: p}\nConditions:\n  No: !Equals [a, b]\n  Self: !Not [!Condition Self]\nResources:\n" +
	"  A: {Type: AWS::Serverless::HttpApi}\n  B: {Type: AWS::Serverless::HttpApi}\n  Gone: {Type: AWS::SNS::Topic, Condition: No}\n"

// fn is a function F of which the test says the rest of the properties.
func fn(rest string) string {
	return "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: f\n      Handler: b\n      Runtime: provided.al2023\n" + rest
}

func TestFaultsStopWithLineAndName(t *testing.T) {
	head := strings.Replace(head, "  Self: !Not [!Condition Self]\n", "", 1)
	for _, c := range []struct{ name, text, want string }{
		{"unknown function", "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Select [0, [a]]}}", "x.yaml:10: the local stack does not know the function Fn::Select"},
		{"unknown function, long", "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: {Fn::ImportValue: x}}}", "function Fn::ImportValue"},
		{"unknown type", "  T: {Type: AWS::S3::Bucket}", "x.yaml:10: resource T: the local stack does not know the type AWS::S3::Bucket"},
		{"unknown property", "  T: {Type: AWS::SQS::Queue, Properties: {Visibility: 1}}", "AWS::SQS::Queue T: the local stack does not know the property Visibility"},
		{"unknown resource attribute", "  T: {Type: AWS::SQS::Queue, Propertys: {}}", "resource T: the local stack does not know the property Propertys"},
		{"a FIFO queue", "  T: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}", `FifoQueue is "true"`},
		{"a stream", "  T: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {}}}", "does not know the property StreamSpecification"},
		{"reference to nothing", "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Nothing}}", `x.yaml:10: there is no parameter or resource "Nothing"`},
		{"reference to nothing in Sub", "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub 'a-${Nothing.Arn}'}}", `there is no parameter or resource "Nothing"`},
		{"reference to what a condition leaves out", "  T: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Gone}}", "Gone is not there: its condition No does not hold"},
		{"unknown attribute", "  T: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !GetAtt A.Nothing}}", "knows no attribute Nothing"},
		{"unknown condition", "  T: {Type: AWS::SNS::Topic, Condition: Maybe}", `there is no condition "Maybe"`},
		{"unclosed placeholder", "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub 'a-${P'}}", "is not closed"},
		{"said twice", "  T: {Type: AWS::SNS::Topic}\n  T: {Type: AWS::SNS::Topic}", "x.yaml:11: Resources: T is there twice"},
		{"alias", "  T: &t {Type: AWS::SNS::Topic}\n  U: *t", "x.yaml:11: Resources: CloudFormation takes no YAML aliases"},
		{"number out of bounds", "  T: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 901}}", "whole number from 0 to 900"},
		{"key not defined", "  T: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{AttributeName: pk, KeyType: HASH}]}}", "table T: AttributeDefinitions lacks pk"},
		{"dead letters to nowhere", "  T: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 1}}}", "deadLetterTargetArn must be the Arn of a queue"},
		{"depends on nothing", "  T: {Type: AWS::SNS::Topic, DependsOn: Nothing}", "DependsOn names Nothing"},
		{"route twice, over both APIs", fn("      Events:\n        A: {Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: '/x/{a}'}}\n        B: {Type: HttpApi, Properties: {ApiId: !Ref B, Method: get, Path: '/x/{b}'}}"),
			"a route is declared twice: GET /x/{a} of F at A, and GET /x/{b} of F at B"},
		{"route without API", fn("      Events:\n        A: {Type: HttpApi, Properties: {Method: GET, Path: /}}"), "x.yaml:17: F: event A: ApiId must refer to an AWS::Serverless::HttpApi"},
		{"payload 1.0", fn("      Events:\n        A: {Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: /, PayloadFormatVersion: '1.0'}}"), `PayloadFormatVersion is "1.0"`},
		{"a greedy variable in the middle", fn("      Events:\n        A: {Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: '/{a+}/b'}}"), "API Gateway takes no path like"},
		{"unknown event", fn("      Events:\n        A: {Type: S3}"), "F: event A: the local stack does not know the type S3"},
		{"settings of no route", "  C: {Type: AWS::Serverless::HttpApi, Properties: {RouteSettings: {GET /y: {ThrottlingRateLimit: 1}}}}", `RouteSettings for "GET /y", which is no route`},
		{"unknown function property", fn("      VpcConfig: {}"), "AWS::Serverless::Function F: the local stack does not know the property VpcConfig"},
		{"policy template", fn("      Policies: [{DynamoDBCrudPolicy: {TableName: x}}]"), "SAM's policy templates are not known here"},
		{"a function that needs the API which needs it", fn("      Environment: {Variables: {BASE: !GetAtt A.ApiEndpoint}}\n      Events:\n        A: {Type: HttpApi, Properties: {ApiId: !Ref A, Method: GET, Path: /}}"),
			"circular dependency: A → F → A"},
		{"a name that needs itself", "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${T.TopicName}'}}", "the name of T depends on itself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.yaml")
			if err := os.WriteFile(path, []byte(head+c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path, nil, local)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Load of\n%s\ngot %v, want %q", c.text, err, c.want)
			}
		})
	}
}

func TestAConditionThatNeedsItselfIsAFault(t *testing.T) {
	_, err := parse("x.yaml", []byte(head), nil, local)
	if want := "x.yaml:6: the condition Self depends on itself"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestAllFaultsAreReportedTogether(t *testing.T) {
	_, err := parse("x.yaml", []byte("Resources:\n  T: {Type: AWS::S3::Bucket}\n  Q: {Type: AWS::SQS::Queue, Properties: {X: 1}}\n"), nil, local)
	for _, want := range []string{"Transform must be", "AWS::S3::Bucket", "the property X"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}
