package model_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/verify"
)

// expiration is when an item goes by itself; 0: never.
func (s *story) expiration(table string, key map[string]types.AttributeValue) int64 {
	s.t.Helper()
	name := s.Table(table)
	out, err := s.tables.GetItem(s.t.Context(), &dynamodb.GetItemInput{TableName: &name, Key: key})
	s.must(err)
	var i struct {
		Expiration int64 `dynamodbav:"expiration"`
	}
	s.must(attributevalue.UnmarshalMap(out.Item, &i))
	return i.Expiration
}

func (s *story) entryGoes(m made) int64 {
	return s.expiration("verifiers", map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: string(m.verifier)}})
}

func (s *story) credentialGoes() int64 {
	return s.expiration("credentials", map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "person#UALICE"}, "sk": &types.AttributeValueMemberS{Value: "credential#" + s.id},
	})
}

const tombstone = 90 * 24 * 3600

func TestWhatIsOverGoesAfter90DaysAndNothingElse(t *testing.T) {
	t.Parallel()
	revokes := func(s *story, now int64) {
		_, err := s.at(now).revoker().Revoke(s.t.Context(), revoke.Request{Owner: s.owner, Credential: s.id, Job: "trigger:r"})
		s.must(err)
	}
	for name, c := range map[string]struct {
		story func(s *story, old, renewed made)
		// When each goes, from the beginning; 0: never.
		credential, old, renewed int64
	}{
		"nothing is over": {func(*story, made, made) {}, 0, 0, 0},
		"revoked":         {func(s *story, _, _ made) { revokes(s, begin+100) }, 100, 100, 100},
		"a link unread":   {func(s *story, _, _ made) { s.sweeps(begin + 2000) }, 0, 0, 2000},
		"a link withdrawn": {func(s *story, _, m made) {
			_, err := s.at(begin+90).revoker().Withdraw(s.t.Context(), m.reveal, "w")
			s.must(err)
		}, 0, 0, 90},
		"rotated":         {func(s *story, _, m made) { s.must(s.claims(begin+100, m)) }, 0, 0, 0},
		"a grace is over": {func(s *story, _, m made) { s.must(s.claims(begin+100, m)); s.sweeps(begin + 100 + grace + skew) }, 0, 100 + grace + skew, 0},
		"seen by nobody":  {func(s *story, _, m made) { s.dies(begin+100, m); s.sweeps(begin + 200) }, 0, 0, 200},
		"all is over":     {func(s *story, _, m made) { s.must(s.claims(begin+100, m)); revokes(s, begin+200) }, 200, 200, 200},
		"expired": {func(s *story, _, m made) {
			s.must(s.claims(begin+100, m))
			s.announces(begin, begin+500)
			s.sweeps(begin + 600)
		}, 600, 600, 600},
		"the one before it": {func(s *story, _, m made) {
			s.must(s.claims(begin+100, m))
			s.must(s.claims(begin+200, s.rotates(begin+150, "2")))
		}, 0, 200, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			old := s.issues(begin, 0)
			s.must(s.claims(begin, old))
			renewed := s.rotates(begin+60, "1")
			c.story(s, old, renewed)
			for what, k := range map[string]struct{ got, ended int64 }{
				"the app password": {s.credentialGoes(), c.credential}, "the old entry": {s.entryGoes(old), c.old}, "the new entry": {s.entryGoes(renewed), c.renewed},
			} {
				want := begin + k.ended + tombstone
				if k.ended == 0 {
					want = 0
				}
				if k.got != want {
					t.Errorf("%s goes at %d, want %d", what, k.got, want)
				}
			}
		})
	}
}

func TestAnEntryThatWorksAgainStays(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	old := s.issues(begin, 0)
	s.must(s.claims(begin, old))
	s.dies(begin+60, s.rotates(begin+60, "1"))
	name := s.Table("verifiers")
	_, err := s.tables.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &name, Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: string(old.verifier)}},
		UpdateExpression: new("SET expiration = :soon"), ExpressionAttributeValues: map[string]types.AttributeValue{":soon": &types.AttributeValueMemberN{Value: "99999999999"}},
	})
	s.must(err)
	s.sweeps(begin + 200)
	if goes := s.entryGoes(old); goes != 0 {
		t.Errorf("it works again, and goes at %d", goes)
	}
}

func TestWhatIsGoneIsMissedByNobody(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	m := s.issues(begin, 0)
	s.must(s.claims(begin, m))
	request := revoke.Request{Owner: s.owner, Credential: s.id, Job: "trigger:r"}
	_, err := s.at(begin).revoker().Revoke(t.Context(), request)
	s.must(err)
	goes := func(days time.Duration) {
		s.Clock.Advance(days * 24 * time.Hour)
		_, err := s.DynamoDB().Expire()
		s.must(err)
	}
	goes(89)
	if err := s.verdict(s.Clock.Now().Unix(), m); !errors.Is(err, verify.Revoked) {
		t.Errorf("after 89 days: got %v", err)
	}
	goes(2)
	now := s.Clock.Now().Unix()
	if err := s.verdict(now, m); !errors.Is(err, verify.Unknown) {
		t.Errorf("after 91 days: got %v", err)
	}
	if all, err := s.store.Credentials(t.Context(), s.owner); err != nil || len(all) > 0 {
		t.Errorf("after 91 days there are %d (%v)", len(all), err)
	}
	if _, err := s.at(now).revoker().Revoke(t.Context(), request); !errors.Is(err, credential.ErrNotFound) {
		t.Errorf("revoked again: got %v", err)
	}
	s.sweeps(now)
}
