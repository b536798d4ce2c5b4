package deploy

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type lambda struct {
	Runtime, Handler string
	Architectures    []string
	Timeout          int
	Role             any
	LoggingConfig    any
	Environment      struct{ Variables map[string]any }
}

type role struct {
	AssumeRolePolicyDocument struct {
		Statement []struct {
			Effect    string
			Action    []string
			Principal map[string][]string
		}
	}
	ManagedPolicyArns []string
	Policies          []struct{ PolicyDocument policy }
}

// assumedBy is the one service that may take the role, and only that.
func (r role) assumedBy() string {
	s := r.AssumeRolePolicyDocument.Statement
	if len(s) != 1 || s[0].Effect != "Allow" || !slices.Equal(s[0].Action, []string{"sts:AssumeRole"}) || len(s[0].Principal) != 1 {
		return ""
	}
	return strings.Join(s[0].Principal["Service"], " ")
}

func TestSAMGivesEachFunctionItsStatementsAndTheRightToLog(t *testing.T) {
	s, w := transformed(t), written(t)
	lambdas, roles := all[lambda](t, s, "AWS::Lambda::Function"), all[role](t, s, "AWS::IAM::Role")
	for id, f := range functions(t, w) {
		made := lambdas[id]
		if means(made.Role) != id+"Role" {
			t.Errorf("%s: its role is %v", id, made.Role)
		}
		r := roles[id+"Role"]
		delete(roles, id+"Role")
		if r.assumedBy() != "lambda.amazonaws.com" {
			t.Errorf("%s: its role is for %+v", id, r.AssumeRolePolicyDocument)
		}
		if want := []string{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}; !slices.Equal(r.ManagedPolicyArns, want) {
			t.Errorf("%s: it also has %v, want only %v", id, r.ManagedPolicyArns, want)
		}
		var documents []policy
		for _, p := range r.Policies {
			documents = append(documents, p.PolicyDocument)
		}
		if d := cmp.Diff(f.Policies, documents); d != "" {
			t.Errorf("%s: its statements (-written +transformed):\n%s", id, d)
		}
		if d := cmp.Diff(f.Environment.Variables, made.Environment.Variables); d != "" {
			t.Errorf("%s: its environment (-written +transformed):\n%s", id, d)
		}
		if made.Runtime != f.Runtime || made.Handler != f.Handler || made.Timeout != f.Timeout || !slices.Equal(made.Architectures, f.Architectures) {
			t.Errorf("%s: %+v, want %+v", id, made, f)
		}
		if d := cmp.Diff(map[string]any{"LogFormat": "JSON", "LogGroup": f.LoggingConfig.LogGroup}, made.LoggingConfig); d != "" {
			t.Errorf("%s: its log (-want +got):\n%s", id, d)
		}
	}
	for id := range roles {
		if s.Resources[strings.TrimSuffix(id, "Role")].Type != "AWS::Scheduler::Schedule" {
			t.Errorf("%s is nobody's role", id)
		}
	}
}

func TestSAMSchedulesWithARoleThatCallsOneFunction(t *testing.T) {
	s, w := transformed(t), written(t)
	schedules, roles := all[struct {
		Name, ScheduleExpression string
		FlexibleTimeWindow       struct{ Mode string }
		Target                   struct {
			Arn, RoleArn any
			Input        string
			RetryPolicy  struct{ MaximumRetryAttempts int }
		}
	}](t, s, "AWS::Scheduler::Schedule"), all[role](t, s, "AWS::IAM::Role")
	for id, f := range functions(t, w) {
		for name, e := range f.Events {
			if e.Type != "ScheduleV2" {
				continue
			}
			made, ok := schedules[id+name]
			delete(schedules, id+name)
			if !ok || made.Name != "" || made.ScheduleExpression != e.Properties.ScheduleExpression || made.FlexibleTimeWindow.Mode != "OFF" ||
				means(made.Target.Arn) != id || made.Target.Input != e.Properties.Input || made.Target.RetryPolicy.MaximumRetryAttempts != 0 {
				t.Errorf("%s: it becomes %+v", id+name, made)
			}
			r := roles[means(made.Target.RoleArn)]
			want := []map[string]any{{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": map[string]any{"Fn::GetAtt": []any{id, "Arn"}}}}
			if len(r.Policies) != 1 || len(r.ManagedPolicyArns) > 0 || r.assumedBy() != "scheduler.amazonaws.com" {
				t.Fatalf("%s: its role is %+v", id+name, r)
			}
			if d := cmp.Diff(want, r.Policies[0].PolicyDocument.Statement); d != "" {
				t.Errorf("%s: its role (-want +got):\n%s", id+name, d)
			}
		}
	}
	if len(schedules) > 0 {
		t.Errorf("nobody has asked for %v", slices.Sorted(maps.Keys(schedules)))
	}
}

// What is CloudFormation's own already must come through as it was written: a property that SAM does not know it passes over in silence.
func TestSAMLeavesTheRestAsItIs(t *testing.T) {
	s := transformed(t)
	for id, r := range written(t).Resources {
		if strings.HasPrefix(r.Type, "AWS::Serverless::") {
			continue
		}
		made := s.Resources[id]
		if d := cmp.Diff(decode[any](t, id, r.Properties), decode[any](t, id, made.Properties)); d != "" {
			t.Errorf("%s (-written +transformed):\n%s", id, d)
		}
		if made.Type != r.Type || made.Condition != r.Condition || made.DeletionPolicy != r.DeletionPolicy || made.UpdateReplacePolicy != r.UpdateReplacePolicy {
			t.Errorf("%s: %+v, want %+v", id, made, r)
		}
	}
}
