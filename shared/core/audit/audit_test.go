package audit_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/oklog/ulid/v2"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/credential"
)

var (
	alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}
	at    = time.Date(2026, 11, 25, 9, 0, 0, 123_456_789, time.UTC)
)

func TestAnEventSaysWhoWhatAndWhen(t *testing.T) {
	got := audit.New(at, alice, "apppass", audit.Held)
	want := audit.Event{At: at, Owner: alice, Actor: "apppass", Action: audit.Held}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(audit.Event{}, "ID")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	id, err := ulid.ParseStrict(got.ID)
	if err != nil || !id.Timestamp().Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("the id %s is of %v, %v", got.ID, id.Timestamp(), err)
	}
}

func TestAnEventOfAServiceConcernsNobodyInPerson(t *testing.T) {
	got := audit.OfService(at, "mail", "apk_abcdefgh", "arn:aws:iam::123456789012:user/olga", audit.KeyMade)
	want := audit.Event{At: at, Actor: "arn:aws:iam::123456789012:user/olga", Action: audit.KeyMade, Service: "mail", Key: "apk_abcdefgh"}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(audit.Event{}, "ID")); d != "" || got.ID == "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestIDsSortByTimeAndAreNeverTheSame(t *testing.T) {
	var last string
	for i := range 1000 {
		id := audit.New(at.Add(time.Duration(i)*time.Millisecond), alice, "UALICE", audit.Issued).ID
		if id <= last {
			t.Fatalf("%s does not come after %s", id, last)
		}
		last = id
	}
	seen := map[string]bool{}
	for range 1000 {
		id := audit.New(at, alice, "UALICE", audit.Issued).ID
		if seen[id] {
			t.Fatalf("%s is there twice", id)
		}
		seen[id] = true
	}
}
