package model_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/sweep"
)

// stuck is a vault that does not delete anything.
type stuck struct{}

func (stuck) Delete(context.Context, string) error {
	return problem.ErrUnavailable
}

// spoil makes an item unreadable for good.
func (s *story) spoil(table, pk, sk, attribute string) {
	s.t.Helper()
	name := s.Table(table)
	_, err := s.tables.UpdateItem(s.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &name, Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}},
		UpdateExpression: new("SET " + attribute + " = :none"), ExpressionAttributeValues: map[string]types.AttributeValue{
			":none": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "no network"}}},
		},
	})
	s.must(err)
}

// many is more than one sweep looks at of a shard.
const many = sweep.Limit/8 + 5

func TestCredentialsThatAlwaysFailAreInNobodysWay(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	last := ""
	for i := range many {
		id := fmt.Sprintf("view:V%d:h", i)
		m := s.job(begin+int64(i), id, job.Issue, job.IssueArgs{Application: "box", Days: 1})
		s.must(s.claims(begin+int64(i), m))
		last = m.reveal.Credential
		if i < many-1 {
			s.spoil("credentials", "person#UALICE", "credential#"+last, "networks")
		}
	}
	s.id = last
	end := s.is().Expires.Unix()
	for minute := range int64(3) {
		if _, err := s.at(end+60).sweeper().Sweep(t.Context(), at(end+60+60*minute)); err == nil && minute == 0 {
			t.Error("nothing has failed")
		}
	}
	if is := s.is(); is.Live(at(end)) || is.Ended.IsZero() {
		t.Errorf("behind those that fail it is %s still", is.State)
	}
}

func TestLinksThatAlwaysFailAreInNobodysWay(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	var last made
	for i := range many {
		last = s.job(begin+int64(i), fmt.Sprintf("view:V%d:h", i), job.Issue, job.IssueArgs{Application: "box"})
		if i < many-1 {
			s.spoil("ephemeral", "reveal#"+string(last.link.ID()), "reveal", "servers")
		}
	}
	s.id = last.reveal.Credential
	end := begin + linkLife + 600
	for minute := range int64(3) {
		if _, err := s.at(end).sweeper().Sweep(t.Context(), at(end+60*minute)); err == nil && minute == 0 {
			t.Error("nothing has failed")
		}
	}
	if is := s.is(); is.Ended.IsZero() {
		t.Errorf("behind those that fail it is %s still", is.State)
	}
}

// What fails for a while is done as soon as it is looked at again, five minutes later.
func TestWhatFailedIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.issues(begin, 0)
	end := begin + linkLife + 10
	p := s.at(end)
	if _, err := sweep.New(s.store, stuck{}, p, "TLOCAL").Sweep(t.Context(), at(end)); err == nil {
		t.Error("nothing has failed")
	}
	s.sweeps(end + 299)
	if !s.is().Ended.IsZero() {
		t.Error("it was tried before five minutes")
	}
	s.sweeps(end + 300)
	if s.is().Ended.IsZero() {
		t.Error("it was not tried again")
	}
}
