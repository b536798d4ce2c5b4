package deploy

import (
	"maps"
	"slices"
	"testing"
)

type table struct {
	DeletionProtectionEnabled        bool
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
	SSESpecification                 struct{ SSEEnabled bool }
	TimeToLiveSpecification          struct {
		AttributeName string
		Enabled       bool
	}
}

func TestTables(t *testing.T) {
	s := written(t)
	tables := all[table](t, s, "AWS::DynamoDB::Table")
	want := []string{"AuditTable", "CredentialsTable", "EphemeralTable", "SettingsTable", "VerifiersTable"}
	if got := slices.Sorted(maps.Keys(tables)); !slices.Equal(got, want) {
		t.Errorf("the tables are %v, want %v", got, want)
	}
	for id, p := range tables {
		r := s.Resources[id]
		if !p.SSESpecification.SSEEnabled {
			t.Errorf("%s is not encrypted with a key of KMS", id)
		}
		if id == "EphemeralTable" {
			if ttl := p.TimeToLiveSpecification; ttl.AttributeName != "expiration" || !ttl.Enabled {
				t.Errorf("%s: items do not go by themselves: %+v", id, ttl)
			}
			if r.DeletionPolicy != "Delete" || r.UpdateReplacePolicy != "Delete" {
				t.Errorf("%s: it is for nothing that outlives the stack, but stays: %s, %s", id, r.DeletionPolicy, r.UpdateReplacePolicy)
			}
			continue
		}
		// What an app password was goes 90 days after its end; what the company has decided, and what has happened, stays.
		if ttl := p.TimeToLiveSpecification; ttl.Enabled != slices.Contains([]string{"CredentialsTable", "VerifiersTable"}, id) || ttl.Enabled && ttl.AttributeName != "expiration" {
			t.Errorf("%s: whether items go by themselves: %+v", id, ttl)
		}
		if !p.DeletionProtectionEnabled || !p.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled {
			t.Errorf("%s: protection from deletion and recovery to a point in time must both be on: %+v", id, p)
		}
		if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s goes with the stack: DeletionPolicy %q, UpdateReplacePolicy %q", id, r.DeletionPolicy, r.UpdateReplacePolicy)
		}
	}
}
