package contract

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// SecretsManager checks what apppass relies on at the Secrets Manager that cfg leads to. It makes secrets whose names begin with
// "contract-" and deletes them by force.
func SecretsManager(t *testing.T, cfg aws.Config, known ...KnownFault) {
	s := secretsSuite{client: secretsmanager.NewFromConfig(cfg), prefix: unique()}
	defer s.cleanUp(t)
	run(t, []behaviour{
		{"a string comes back as the current version", s.stringComesBack},
		{"bytes come back", s.bytesComeBack},
		{"a secret without a value has none to get", s.withoutValue},
		{"the same creation again changes nothing", s.sameCreationAgain},
		{"a token is bound to its value", s.tokenBoundToValue},
		{"a name is taken", s.nameTaken},
		{"a string and bytes at once are refused", s.bothKinds},
		{"a bad name is refused", s.badName},
		{"64 KB is the largest value", s.largestValue},
		{"a new value becomes current and the old one previous", s.newValue},
		{"a put is idempotent by its token", s.putIdempotent},
		{"a put under a stage of its own leaves the current version", s.ownStage},
		{"a version is found by id and stage", s.versions},
		{"an ARN is as good as a name", s.byARN},
		{"an update changes the description or the value", s.update},
		{"a description tells everything but the value", s.describe},
		{"a secret that is not there is not found", s.notFound},
		{"a deleted secret is out of reach in its recovery window", s.recoveryWindow},
		{"a secret deleted by force is gone in the end", s.forcedDeletion},
		{"a forced deletion of nothing succeeds", s.forcedDeletionOfNothing},
		{"a deletion is asked for in one way", s.deletionParameters},
		{"lists are paged and filtered by the beginning of names", s.lists},
	}, true, known)
}

type secretsSuite struct {
	client *secretsmanager.Client
	prefix string
}

// name is a secret's name, unique within the run.
func (s secretsSuite) name(of string) *string { return aws.String(s.prefix + "/" + of) }

func (s secretsSuite) create(v *verdict, of, value string) *secretsmanager.CreateSecretOutput {
	out, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name(of), SecretString: &value})
	v.must(err)
	return out
}

// value is a secret's value at a stage; "" is the default.
func (s secretsSuite) value(v *verdict, of, stage string) string {
	in := &secretsmanager.GetSecretValueInput{SecretId: s.name(of)}
	if stage != "" {
		in.VersionStage = &stage
	}
	out, err := s.client.GetSecretValue(v.ctx, in)
	v.must(err)
	return aws.ToString(out.SecretString)
}

func (s secretsSuite) cleanUp(t *testing.T) {
	ctx := context.WithoutCancel(t.Context())
	pages := secretsmanager.NewListSecretsPaginator(s.client, &secretsmanager.ListSecretsInput{
		IncludePlannedDeletion: aws.Bool(true),
		Filters:                []types.Filter{{Key: types.FilterNameStringTypeName, Values: []string{s.prefix}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatalf("list what is left: %v", err)
		}
		for _, left := range page.SecretList {
			if _, err := s.client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: left.Name, ForceDeleteWithoutRecovery: aws.Bool(true)}); err != nil {
				t.Errorf("delete %s: %v", *left.Name, err)
			}
		}
	}
}

func (s secretsSuite) newValue(v *verdict) {
	first := s.create(v, "rotated", "1")
	for _, value := range []string{"2", "3"} {
		_, err := s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: s.name("rotated"), SecretString: &value})
		v.must(err)
	}
	if now, before := s.value(v, "rotated", ""), s.value(v, "rotated", "AWSPREVIOUS"); now != "3" || before != "2" {
		v.errorf("got current %q and previous %q, want 3 and 2", now, before)
	}
	got, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: s.name("rotated"), VersionId: first.VersionId})
	v.must(err)
	if aws.ToString(got.SecretString) != "1" || len(got.VersionStages) != 0 {
		v.errorf("the first version: got %q with stages %v, want 1 with none", aws.ToString(got.SecretString), got.VersionStages)
	}
}

func (s secretsSuite) putIdempotent(v *verdict) {
	s.create(v, "put", "1")
	in := &secretsmanager.PutSecretValueInput{SecretId: s.name("put"), SecretString: aws.String("2"), ClientRequestToken: aws.String(strings.Repeat("p", 32))}
	for range 2 {
		_, err := s.client.PutSecretValue(v.ctx, in)
		v.must(err)
	}
	if now, before := s.value(v, "put", ""), s.value(v, "put", "AWSPREVIOUS"); now != "2" || before != "1" {
		v.errorf("got current %q and previous %q, want 2 and 1", now, before)
	}
	in.SecretString = aws.String("3")
	_, err := s.client.PutSecretValue(v.ctx, in)
	v.refused(err, "ResourceExistsException")
}

func (s secretsSuite) ownStage(v *verdict) {
	s.create(v, "staged", "1")
	out, err := s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: s.name("staged"), SecretString: aws.String("2"), VersionStages: []string{"AWSPENDING"}})
	v.must(err)
	if !slices.Equal(out.VersionStages, []string{"AWSPENDING"}) {
		v.errorf("got stages %v, want AWSPENDING", out.VersionStages)
	}
	if now, pending := s.value(v, "staged", ""), s.value(v, "staged", "AWSPENDING"); now != "1" || pending != "2" {
		v.errorf("got current %q and pending %q, want 1 and 2", now, pending)
	}
}

func (s secretsSuite) versions(v *verdict) {
	first := s.create(v, "versions", "1")
	get := func(id, stage *string) error {
		_, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: s.name("versions"), VersionId: id, VersionStage: stage})
		return err
	}
	v.must(get(first.VersionId, aws.String("AWSCURRENT")))
	v.refused(get(nil, aws.String("AWSPREVIOUS")), "ResourceNotFoundException")
	v.refused(get(aws.String(strings.Repeat("0", 32)), nil), "ResourceNotFoundException")
	_, err := s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: s.name("versions"), SecretString: aws.String("2")})
	v.must(err)
	v.refused(get(first.VersionId, aws.String("AWSCURRENT")), "InvalidRequestException")
}

func (s secretsSuite) byARN(v *verdict) {
	made := s.create(v, "arn", "v")
	got, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: made.ARN})
	v.must(err)
	if *got.Name != *s.name("arn") {
		v.errorf("got %s, want %s", *got.Name, *s.name("arn"))
	}
	_, err = s.client.DescribeSecret(v.ctx, &secretsmanager.DescribeSecretInput{SecretId: made.ARN})
	v.must(err)
	other := (*made.ARN)[:len(*made.ARN)-6] + "000000"
	_, err = s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: &other})
	v.refused(err, "ResourceNotFoundException")
}

func (s secretsSuite) update(v *verdict) {
	s.create(v, "updated", "1")
	out, err := s.client.UpdateSecret(v.ctx, &secretsmanager.UpdateSecretInput{SecretId: s.name("updated"), Description: aws.String("d")})
	v.must(err)
	if out.VersionId != nil || s.value(v, "updated", "") != "1" {
		v.errorf("a new description: got version %v and value %q, want none and 1", out.VersionId, s.value(v, "updated", ""))
	}
	_, err = s.client.UpdateSecret(v.ctx, &secretsmanager.UpdateSecretInput{SecretId: s.name("updated"), SecretString: aws.String("2")})
	v.must(err)
	if now, before := s.value(v, "updated", ""), s.value(v, "updated", "AWSPREVIOUS"); now != "2" || before != "1" {
		v.errorf("got current %q and previous %q, want 2 and 1", now, before)
	}
	d, err := s.client.DescribeSecret(v.ctx, &secretsmanager.DescribeSecretInput{SecretId: s.name("updated")})
	v.must(err)
	if aws.ToString(d.Description) != "d" {
		v.errorf("got description %q, want d", aws.ToString(d.Description))
	}
}

func (s secretsSuite) describe(v *verdict) {
	made, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{
		Name: s.name("described"), SecretString: aws.String("v"), Description: aws.String("what it is"),
		Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("t")}},
	})
	v.must(err)
	d, err := s.client.DescribeSecret(v.ctx, &secretsmanager.DescribeSecretInput{SecretId: s.name("described")})
	v.must(err)
	if *d.ARN != *made.ARN || *d.Name != *s.name("described") || aws.ToString(d.Description) != "what it is" || d.CreatedDate == nil || d.DeletedDate != nil {
		v.errorf("got %s %s %q, created %v, deleted %v", *d.ARN, *d.Name, aws.ToString(d.Description), d.CreatedDate, d.DeletedDate)
	}
	if len(d.Tags) != 1 || *d.Tags[0].Key != "k" || *d.Tags[0].Value != "t" {
		v.errorf("got tags %v, want k=t", d.Tags)
	}
	if stages := d.VersionIdsToStages[*made.VersionId]; len(d.VersionIdsToStages) != 1 || !slices.Equal(stages, []string{"AWSCURRENT"}) {
		v.errorf("got versions %v, want %s with AWSCURRENT", d.VersionIdsToStages, *made.VersionId)
	}
}

func (s secretsSuite) notFound(v *verdict) {
	id := s.name("none")
	_, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: id})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.DescribeSecret(v.ctx, &secretsmanager.DescribeSecretInput{SecretId: id})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: id, SecretString: aws.String("v")})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.UpdateSecret(v.ctx, &secretsmanager.UpdateSecretInput{SecretId: id, SecretString: aws.String("v")})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.DeleteSecret(v.ctx, &secretsmanager.DeleteSecretInput{SecretId: id})
	v.refused(err, "ResourceNotFoundException")
}

func (s secretsSuite) lists(v *verdict) {
	for _, of := range []string{"list/1", "list/2", "list/3", "list/4", "list/5", "list/deleted"} {
		s.create(v, of, "v")
	}
	_, err := s.client.DeleteSecret(v.ctx, &secretsmanager.DeleteSecretInput{SecretId: s.name("list/deleted")})
	v.must(err)
	var names []string
	list := func(deleted bool) (pages int) {
		names = nil
		p := secretsmanager.NewListSecretsPaginator(s.client, &secretsmanager.ListSecretsInput{
			MaxResults: aws.Int32(2), IncludePlannedDeletion: &deleted,
			Filters: []types.Filter{{Key: types.FilterNameStringTypeName, Values: []string{*s.name("list/")}}},
		})
		for ; p.HasMorePages(); pages++ {
			page, err := p.NextPage(v.ctx)
			v.must(err)
			if len(page.SecretList) > 2 {
				v.errorf("a page has %d secrets, want 2 at most", len(page.SecretList))
			}
			for _, sec := range page.SecretList {
				names = append(names, strings.TrimPrefix(*sec.Name, s.prefix+"/list/"))
			}
		}
		slices.Sort(names)
		return pages
	}
	v.eventually("five secrets on three pages", func() bool { return list(false) == 3 && strings.Join(names, " ") == "1 2 3 4 5" })
	v.eventually("six with the deleted one", func() bool { return list(true) >= 3 && strings.Join(names, " ") == "1 2 3 4 5 deleted" })
	_, err = s.client.ListSecrets(v.ctx, &secretsmanager.ListSecretsInput{NextToken: aws.String("no token")})
	v.refused(err, "InvalidNextTokenException", "InvalidParameterException")
}
