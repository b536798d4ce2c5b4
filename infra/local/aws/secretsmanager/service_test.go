package secretsmanager_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/secretsmanager"
	"github.com/apppass/apppass/infra/local/clock"
)

// stage is a service of which the tests ask operations as the listener does.
type stage struct {
	t     *testing.T
	clock *clock.Clock
	*secretsmanager.Service
}

func newStage(t *testing.T, path string) *stage {
	t.Helper()
	c := clock.New(0)
	s, err := secretsmanager.New(secretsmanager.Options{Clock: c, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stage{t, c, s}
}

type object = map[string]any

// call runs an operation and returns its answer, or its error's type.
func (s *stage) call(operation string, in object) (object, string) {
	s.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := s.Serve(s.t.Context(), operation, body)
	var refused *awsjson.Error
	if errors.As(err, &refused) {
		return nil, refused.Type
	}
	if err != nil {
		s.t.Fatalf("%s: %v", operation, err)
	}
	var answer object
	if err := json.Unmarshal(out, &answer); err != nil {
		s.t.Fatalf("%s answered %s: %v", operation, out, err)
	}
	return answer, ""
}

// do is call for what must succeed.
func (s *stage) do(operation string, in object) object {
	s.t.Helper()
	out, refused := s.call(operation, in)
	if refused != "" {
		s.t.Fatalf("%s %v: refused with %s", operation, in, refused)
	}
	return out
}

// token is a client token that ends with one letter.
func token(letter string) string { return strings.Repeat("0", 31) + letter }

func (s *stage) create(name, value string) {
	s.t.Helper()
	s.do("CreateSecret", object{"Name": name, "SecretString": value, "ClientRequestToken": token("a")})
}

func (s *stage) deleteByForce(name string) {
	s.t.Helper()
	s.do("DeleteSecret", object{"SecretId": name, "ForceDeleteWithoutRecovery": true})
}

// expect reads the secret's value, or the type of the refusal.
func (s *stage) expect(when, name, want string) {
	s.t.Helper()
	out, got := s.call("GetSecretValue", object{"SecretId": name})
	if got == "" {
		got = out["SecretString"].(string)
	}
	if got != want {
		s.t.Errorf("%s: reading %s got %q, want %q", when, name, got, want)
	}
}

func TestAForcedDeletionHoldsTheNameForAWhile(t *testing.T) {
	s := newStage(t, "")
	s.create("s", "v")
	s.deleteByForce("s")
	s.expect("just deleted", "s", "InvalidRequestException")
	if _, refused := s.call("CreateSecret", object{"Name": "s", "SecretString": "w", "ClientRequestToken": token("a")}); refused != "InvalidRequestException" {
		t.Errorf("the name is given away at once: %q", refused)
	}
	s.clock.Advance(2 * time.Second)
	s.expect("gone", "s", "ResourceNotFoundException")
	s.create("s", "w")
	s.expect("made anew", "s", "w")
}

func TestARecoveryWindowEnds(t *testing.T) {
	s := newStage(t, "")
	s.create("s", "v")
	s.do("DeleteSecret", object{"SecretId": "s", "RecoveryWindowInDays": 7})
	if _, refused := s.call("DeleteSecret", object{"SecretId": "s", "RecoveryWindowInDays": 7}); refused != "InvalidRequestException" {
		t.Errorf("deleted again: got %q, want InvalidRequestException", refused)
	}
	s.clock.Advance(7*24*time.Hour - time.Second)
	s.expect("within the window", "s", "InvalidRequestException")
	s.clock.Advance(time.Second)
	s.expect("after it", "s", "ResourceNotFoundException")
}

func TestForceCutsARecoveryWindowShort(t *testing.T) {
	s := newStage(t, "")
	s.Switch(secretsmanager.Switches{ReadableAfterDeletion: time.Hour})
	s.create("s", "v")
	s.do("DeleteSecret", object{"SecretId": "s"})
	s.deleteByForce("s")
	s.expect("marked", "s", "InvalidRequestException")
	s.clock.Advance(2 * time.Second)
	s.expect("gone", "s", "ResourceNotFoundException")
}

func TestASwitchKeepsADeletedSecretReadable(t *testing.T) {
	s := newStage(t, "")
	s.create("s", "v")
	s.Switch(secretsmanager.Switches{ReadableAfterDeletion: time.Minute})
	s.deleteByForce("s")
	s.expect("just deleted", "s", "v")
	if _, refused := s.call("CreateSecret", object{"Name": "s", "SecretString": "w", "ClientRequestToken": token("b")}); refused != "InvalidRequestException" {
		t.Errorf("the name is given away: %q", refused)
	}
	s.clock.Advance(time.Minute - time.Second)
	s.deleteByForce("s") // again, which must not start the minute anew
	s.expect("still there", "s", "v")
	s.clock.Advance(time.Second)
	s.expect("marked", "s", "InvalidRequestException")
	s.clock.Advance(2 * time.Second)
	s.expect("gone", "s", "ResourceNotFoundException")
}

func TestSwitchesHideANewSecret(t *testing.T) {
	t.Run("for some reads", func(t *testing.T) {
		s := newStage(t, "")
		s.Switch(secretsmanager.Switches{HiddenReads: 2})
		s.create("s", "v")
		s.Switch(secretsmanager.Switches{})
		s.create("other", "w")
		s.expect("not hidden", "other", "w")
		s.expect("first", "s", "ResourceNotFoundException")
		if _, refused := s.call("DescribeSecret", object{"SecretId": "s"}); refused != "ResourceNotFoundException" {
			t.Errorf("second: got %q", refused)
		}
		s.expect("third", "s", "v")
	})
	t.Run("for some time", func(t *testing.T) {
		s := newStage(t, "")
		s.Switch(secretsmanager.Switches{VisibleAfter: time.Second})
		s.create("s", "v")
		s.expect("new", "s", "ResourceNotFoundException")
		if list := s.do("ListSecrets", object{})["SecretList"].([]any); len(list) != 0 {
			t.Errorf("it is listed: %v", list)
		}
		s.create("s", "v") // the same creation again knows it all the same
		s.clock.Advance(time.Second)
		s.expect("later", "s", "v")
	})
}

func TestASwitchMakesEverythingFail(t *testing.T) {
	s := newStage(t, "")
	s.Switch(secretsmanager.Switches{Failing: true})
	if _, refused := s.call("CreateSecret", object{"Name": "s", "SecretString": "v", "ClientRequestToken": token("a")}); refused != "InternalServiceError" {
		t.Errorf("got %q, want InternalServiceError", refused)
	}
	s.Switch(secretsmanager.Switches{})
	s.expect("afterwards", "s", "ResourceNotFoundException")
}

func TestAllValuesCanBeSearched(t *testing.T) {
	s := newStage(t, "")
	s.create("b", "old")
	s.do("PutSecretValue", object{"SecretId": "b", "SecretString": "new", "ClientRequestToken": token("b")})
	s.do("CreateSecret", object{"Name": "a", "SecretBinary": []byte{1}, "ClientRequestToken": token("a")})
	s.create("deleted", "d")
	s.do("DeleteSecret", object{"SecretId": "deleted"})
	s.create("gone", "g")
	s.deleteByForce("gone")
	s.clock.Advance(2 * time.Second)
	var got []string
	for _, v := range s.Values() {
		got = append(got, v.Name+"="+string(v.Bytes))
	}
	if g, want := strings.Join(got, " "), "a=\x01 b=old b=new deleted=d"; g != want {
		t.Errorf("got %q, want %q", g, want)
	}
	if n := s.Count(); n != 2 {
		t.Errorf("counted %d secrets, want 2", n)
	}
}

func TestAnUpdateWithAUsedTokenIsRefused(t *testing.T) {
	s := newStage(t, "")
	s.create("s", "v")
	if _, refused := s.call("UpdateSecret", object{"SecretId": "s", "SecretString": "v", "ClientRequestToken": token("a")}); refused != "ResourceExistsException" {
		t.Errorf("got %q, want ResourceExistsException", refused)
	}
}

func TestPagesStayRightWhileSecretsGo(t *testing.T) {
	for order, want := range map[string]string{"asc": "s1 s2 s4", "desc": "s4 s3 s1"} {
		s := newStage(t, "")
		for _, name := range []string{"s1", "s2", "s3", "s4"} {
			s.create(name, "v")
			s.clock.Advance(time.Second)
		}
		var got []string
		in := object{"MaxResults": 2, "SortOrder": order}
		for {
			page := s.do("ListSecrets", in)
			for _, sec := range page["SecretList"].([]any) {
				got = append(got, sec.(object)["Name"].(string))
			}
			if page["NextToken"] == nil {
				break
			}
			in["NextToken"] = page["NextToken"]
			for _, gone := range map[string][]string{"asc": {"s1", "s3"}, "desc": {"s4", "s2"}}[order] {
				s.deleteByForce(gone)
			}
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: got %s, want %s", order, g, want)
		}
	}
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	s := newStage(t, "")
	s.create("s", "v")
	create := func(member string, value any) object {
		return object{"Name": "t", "SecretString": "v", "ClientRequestToken": token("a"), member: value}
	}
	for _, c := range []struct {
		operation string
		in        object
		want      string
	}{
		{"RotateSecret", object{"SecretId": "s"}, "UnknownOperationException"},
		{"CreateSecret", create("AddReplicaRegions", []object{}), "SerializationException"},
		{"CreateSecret", create("Type", "partner"), "SerializationException"},
		{"CreateSecret", create("SecretString", ""), "ValidationException"},
		{"CreateSecret", create("ClientRequestToken", ""), "InvalidRequestException"},
		{"PutSecretValue", object{"SecretId": "s", "SecretString": "w", "RotationToken": "r"}, "SerializationException"},
		{"GetSecretValue", object{"SecretId": "s", "Force": true}, "SerializationException"},
		{"ListSecrets", object{"SortBy": "name"}, "SerializationException"},
		{"ListSecrets", object{"SortOrder": "up"}, "InvalidParameterException"},
		{"ListSecrets", object{"MaxResults": 101}, "ValidationException"},
		{"ListSecrets", object{"Filters": []object{{"Key": "tag-key", "Values": []string{"k"}}}}, "InvalidParameterException"},
		{"ListSecrets", object{"Filters": []object{{"Key": "name", "Values": []string{"!s"}}}}, "InvalidParameterException"},
	} {
		if _, refused := s.call(c.operation, c.in); refused != c.want {
			t.Errorf("%s %v: got %q, want %s", c.operation, c.in, refused, c.want)
		}
	}
	if n := s.Count(); n != 1 {
		t.Errorf("counted %d secrets, want 1", n)
	}
}

func TestEverythingSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secretsmanager.journal")
	var arn any
	t.Run("before", func(t *testing.T) {
		s := newStage(t, path)
		arn = s.do("CreateSecret", object{"Name": "s", "SecretString": "1", "ClientRequestToken": token("a"), "Description": "d"})["ARN"]
		s.do("PutSecretValue", object{"SecretId": "s", "SecretString": "2", "ClientRequestToken": token("b")})
		s.create("marked", "v")
		s.do("DeleteSecret", object{"SecretId": "marked"})
		s.create("gone", "v")
		s.deleteByForce("gone")
		s.clock.Advance(2 * time.Second)
		s.create("gone", "again")
	})
	t.Run("written anew", func(t *testing.T) { newStage(t, path) })
	s := newStage(t, path)
	s.expect("after the restart", "s", "2")
	s.expect("after the restart", "marked", "InvalidRequestException")
	s.expect("after the restart", "gone", "again")
	d := s.do("DescribeSecret", object{"SecretId": "s"})
	if d["ARN"] != arn || d["Description"] != "d" || len(d["VersionIdsToStages"].(object)) != 2 {
		t.Errorf("got %v, want ARN %v with two versions", d, arn)
	}
	if _, refused := s.call("PutSecretValue", object{"SecretId": "s", "SecretString": "3", "ClientRequestToken": token("b")}); refused != "ResourceExistsException" {
		t.Errorf("the token is forgotten: %q", refused)
	}
}

func TestWhatWasDeletedLeavesTheJournalAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secretsmanager.journal")
	holds := func(when, value string, want bool) {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(text), value) != want {
			t.Errorf("%s: %q is in the journal: %t, want %t (%v)", when, value, !want, want, err)
		}
	}
	t.Run("first", func(t *testing.T) {
		s := newStage(t, path)
		s.create("kept", "stays here")
		s.create("forced", "sealed value")
		s.deleteByForce("forced")
		s.clock.Advance(forcedDeletion)
		s.expect("gone", "forced", "ResourceNotFoundException")
	})
	holds("before the start", "sealed value", true)
	t.Run("second", func(t *testing.T) { newStage(t, path).expect("started again", "kept", "stays here") })
	holds("after the start", "sealed value", false)
	holds("after the start", "stays here", true)
}

// forcedDeletion is more than the time for which the name of a secret deleted by force is held.
const forcedDeletion = 3 * time.Second

func TestAJournalThatIsNoneIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secretsmanager.journal")
	if err := os.WriteFile(path, []byte("not a journal\nat all\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secretsmanager.New(secretsmanager.Options{Clock: clock.New(0), Path: path}); err == nil {
		t.Error("it opened")
	}
}
