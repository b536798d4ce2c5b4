package template

import (
	"fmt"
	"strings"
	"testing"
)

const around = `Transform: AWS::Serverless-2016-10-31
Parameters:
  Word: {Type: String, Default: dog}
  Empty: {Type: String, Default: ""}
  Count: {Type: Number, Default: 3}
Conditions:
  True: !Equals [!Ref Word, dog]
  False: !Equals [!Ref Word, cat]
  Judged: %s
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: f}}
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {AttributeDefinitions: [{AttributeName: pk, AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}]}}
  Queue: {Type: AWS::SQS::Queue}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: a/b}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Join [-, [!Ref Word, !Ref Count]]}}
  Api: {Type: AWS::Serverless::HttpApi}
  Key: {Type: AWS::KMS::Key}
  Logs: {Type: AWS::Logs::LogGroup}
  Other: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: !Ref Word}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          VALUE: %s
          JUDGED: !If [Judged, "yes", "no"]
`

func TestIntrinsicFunctionsInBothForms(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{`plain`, "plain"},
		{`12`, "12"},
		{`!Ref Word`, "dog"},
		{`{Ref: Word}`, "dog"},
		{`!Ref Count`, "3"},
		{`!Ref AWS::Region`, "us-east-1"},
		{`!Ref AWS::AccountId`, "000000000000"},
		{`!Ref AWS::Partition`, "aws"},
		{`!Ref AWS::StackName`, "apppass"},
		{`!Ref AWS::StackId`, "arn:aws:cloudformation:us-east-1:000000000000:stack/apppass/local"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com"},
		{`!Ref Table`, "apppass-table"},
		{`!Ref Queue`, "http://127.0.0.1:8082/000000000000/apppass-queue"},
		{`!Ref Secret`, "arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b"},
		{`!Ref Topic`, "arn:aws:sns:us-east-1:000000000000:dog-3"},
		{`!Ref Api`, "api"},
		{`!Ref Other`, "apppass-other"},
		{`!Ref Other.Version`, "arn:aws:lambda:us-east-1:000000000000:function:apppass-other:1"},
		{`!Ref OtherRole`, "apppass-otherrole"},
		{`!GetAtt Table.Arn`, "arn:aws:dynamodb:us-east-1:000000000000:table/apppass-table"},
		{`!GetAtt [Table, Arn]`, "arn:aws:dynamodb:us-east-1:000000000000:table/apppass-table"},
		{`{Fn::GetAtt: Table.Arn}`, "arn:aws:dynamodb:us-east-1:000000000000:table/apppass-table"},
		{`{Fn::GetAtt: [Table, Arn]}`, "arn:aws:dynamodb:us-east-1:000000000000:table/apppass-table"},
		{`!GetAtt Queue.QueueName`, "apppass-queue"},
		{`!GetAtt Secret.Id`, "arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b"},
		{`!GetAtt Topic.TopicName`, "dog-3"},
		{`!GetAtt Api.ApiEndpoint`, "http://127.0.0.1:8080"},
		{`!GetAtt Logs.Arn`, "arn:aws:logs:us-east-1:000000000000:log-group:apppass-logs:*"},
		{`!GetAtt OtherRole.Arn`, "arn:aws:iam::000000000000:role/apppass-otherrole"},
		{`!Sub "${Word}s"`, "dogs"},
		{`{Fn::Sub: "${Word}s"}`, "dogs"},
		{`!Sub "${ Word }"`, "dog"},
		{`!Sub "${!Word} ${Table.Arn} $Word $${Word}"`, "${Word} arn:aws:dynamodb:us-east-1:000000000000:table/apppass-table $Word $dog"},
		{`!Sub ["${Word}-${own}", {own: !Ref Count, Word: cat}]`, "cat-3"},
		{`!Sub "${Other.Alias}"`, "arn:aws:lambda:us-east-1:000000000000:function:apppass-other:dog"},
		{`!Join [", ", [a, !Ref Word, !Join ["", [b, c]]]]`, "a, dog, bc"},
		{`{Fn::Join: ["", [a]]}`, "a"},
		{`!Join ["-", [a, !Ref AWS::NoValue, b]]`, "a-b"},
		{`!Join ["-", !If [True, [a, b], [c]]]`, "a-b"},
		{`!If [True, !Ref Word, !Ref Count]`, "dog"},
		{`{Fn::If: [False, a, {Fn::If: [True, b, c]}]}`, "b"},
		{`!If [False, a, !Ref AWS::NoValue]`, "(absent)"},
		{`!Ref AWS::NoValue`, "(absent)"},
	} {
		got, err := parse("x.yaml", fmt.Appendf(nil, around, "!Equals [a, a]", c.expression), nil, local)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		value, ok := got.Functions[1].Environment["VALUE"]
		if !ok {
			value = "(absent)"
		}
		if value != c.want {
			t.Errorf("%s: got %q, want %q", c.expression, value, c.want)
		}
	}
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		condition string
		want      string
	}{
		{`!Equals [a, a]`, "yes"},
		{`{Fn::Equals: [!Ref Word, cat]}`, "no"},
		{`!Equals [!Sub "${Word}-${Count}", dog-3]`, "yes"},
		{`!Equals [!Ref Count, "3"]`, "yes"},
		{`!Not [!Equals [a, a]]`, "no"},
		{`{Fn::Not: [{Condition: False}]}`, "yes"},
		{`!Condition True`, "yes"},
		{`{Condition: False}`, "no"},
		{`!And [!Condition True, !Not [!Condition False]]`, "yes"},
		{`!And [!Condition True, !Condition True, !Condition False]`, "no"},
		{`!Or [!Condition False, {Condition: True}]`, "yes"},
		{`!Or [!Condition False, !Equals [a, b]]`, "no"},
		{`!Equals [!If [True, a, b], a]`, "yes"},
	} {
		got, err := parse("x.yaml", fmt.Appendf(nil, around, c.condition, "x"), nil, local)
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		if value := got.Functions[1].Environment["JUDGED"]; value != c.want {
			t.Errorf("%s: got %q, want %q", c.condition, value, c.want)
		}
	}
}

func TestIntrinsicFunctionsThatAreMisused(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{`!Ref [Word]`, "Ref takes a name"},
		{`!Ref {Ref: Word}`, "Ref takes a name"},
		{`!GetAtt Table`, "Fn::GetAtt takes a resource and an attribute"},
		{`!GetAtt [!Ref Word, Arn]`, "Fn::GetAtt takes a resource and an attribute"},
		{`!GetAtt [Table, Arn, Arn]`, "Fn::GetAtt takes a resource and an attribute"},
		{`!GetAtt Table.StreamArn`, "the local stack knows no attribute StreamArn of it"},
		{`!GetAtt F.Alias`, "F.Alias: only a function with AutoPublishAlias has it"},
		{`!GetAtt Other.Nothing`, "knows no attribute Nothing of a function"},
		{`!Sub [a]`, "Fn::Sub takes a text, or a list of a text and a mapping"},
		{`!Sub {a: b}`, "Fn::Sub takes a text, or a list of a text and a mapping"},
		{`!Sub [[a], {}]`, "Fn::Sub takes a text, or a list of a text and a mapping"},
		{`!Sub ["${a}", {a: [b]}]`, "Fn::Sub takes a single value here"},
		{`!Sub "${}"`, `there is no parameter or resource ""`},
		{`!Join [a]`, "Fn::Join takes a delimiter and a list"},
		{`!Join [a, b]`, "Fn::Join takes a delimiter and a list"},
		{`!Join [!Ref Word, [b]]`, "Fn::Join takes a delimiter and a list"},
		{`!Join ["", [[a]]]`, "Fn::Join takes a single value here"},
		{`!If [True, a]`, "Fn::If takes a condition and two values"},
		{`!If [!Condition True, a, b]`, "Fn::If takes a condition and two values"},
		{`!If [Nothing, a, b]`, `there is no condition "Nothing"`},
		{`!If [True, [a], b]`, "VALUE must be a single value"},
		{`!Base64 a`, "does not know the function Fn::Base64"},
		{`!Condition True`, "does not know the function Condition"},
		{`{Fn::FindInMap: [a, b, c]}`, "does not know the function Fn::FindInMap"},
	} {
		_, err := parse("x.yaml", fmt.Appendf(nil, around, "!Equals [a, a]", c.expression), nil, local)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "x.yaml:25: ") {
			t.Errorf("%s: got %v, want %q in line 25", c.expression, err, c.want)
		}
	}
	for _, condition := range []string{
		"true", "!Equals [a]", "!Not [!Condition True, !Condition True]", "!And [!Condition True]", "!Or []", "!Sub a", "!Not [a]",
		"!Or [!Condition True, !Condition True, !Condition True, !Condition True, !Condition True, !Condition True, !Condition True, !Condition True, !Condition True, !Condition True, !Condition True]",
		"!Equals [!Ref Table, a]", "!Equals [[a], a]", "{Condition: True, And: more}",
	} {
		if _, err := parse("x.yaml", fmt.Appendf(nil, around, condition, "x"), nil, local); err == nil || !strings.Contains(err.Error(), "x.yaml:9: ") {
			t.Errorf("the condition %s: got %v, want a fault in line 9", condition, err)
		}
	}
}
