package contract

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func (s secretsSuite) stringComesBack(v *verdict) {
	token := strings.Repeat("t", 32)
	made, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name("string"), SecretString: aws.String("ä secret"), ClientRequestToken: &token})
	v.must(err)
	if _, suffix, _ := strings.Cut(*made.ARN, ":secret:"+*s.name("string")+"-"); len(suffix) != 6 {
		v.errorf("got ARN %s, want one that ends with the name, a hyphen and six characters", *made.ARN)
	}
	got, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: s.name("string")})
	v.must(err)
	if aws.ToString(got.SecretString) != "ä secret" || got.SecretBinary != nil || *got.Name != *s.name("string") || *got.ARN != *made.ARN {
		v.errorf("got %q, bytes %v, name %s, ARN %s", aws.ToString(got.SecretString), got.SecretBinary, *got.Name, *got.ARN)
	}
	if *got.VersionId != token || *made.VersionId != token || !slices.Equal(got.VersionStages, []string{"AWSCURRENT"}) {
		v.errorf("got version %s with %v, want the token %s with AWSCURRENT", *got.VersionId, got.VersionStages, token)
	}
	if age := time.Since(aws.ToTime(got.CreatedDate)); age < -time.Minute || age > 10*time.Minute {
		v.errorf("got creation date %v", got.CreatedDate)
	}
}

func (s secretsSuite) bytesComeBack(v *verdict) {
	want := []byte{0, 1, 255}
	_, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name("bytes"), SecretBinary: want})
	v.must(err)
	got, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: s.name("bytes")})
	v.must(err)
	if !bytes.Equal(got.SecretBinary, want) || got.SecretString != nil {
		v.errorf("got %v and %v, want %v and no string", got.SecretBinary, got.SecretString, want)
	}
}

func (s secretsSuite) withoutValue(v *verdict) {
	made, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name("empty")})
	v.must(err)
	if made.VersionId != nil {
		v.errorf("got version %s, want none", *made.VersionId)
	}
	_, err = s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: s.name("empty")})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: s.name("empty"), SecretString: aws.String("first")})
	v.must(err)
	if got := s.value(v, "empty", ""); got != "first" {
		v.errorf("got %q, want first", got)
	}
}

func (s secretsSuite) sameCreationAgain(v *verdict) {
	in := &secretsmanager.CreateSecretInput{Name: s.name("again"), SecretString: aws.String("v"), ClientRequestToken: aws.String(strings.Repeat("a", 64))}
	first, err := s.client.CreateSecret(v.ctx, in)
	v.must(err)
	second, err := s.client.CreateSecret(v.ctx, in)
	v.must(err)
	if *first.ARN != *second.ARN || *first.VersionId != *second.VersionId || *second.Name != *s.name("again") {
		v.errorf("got %s %s, then %s %s", *first.ARN, *first.VersionId, *second.ARN, *second.VersionId)
	}
}

func (s secretsSuite) tokenBoundToValue(v *verdict) {
	in := &secretsmanager.CreateSecretInput{Name: s.name("bound"), SecretString: aws.String("v"), ClientRequestToken: aws.String(strings.Repeat("b", 32))}
	_, err := s.client.CreateSecret(v.ctx, in)
	v.must(err)
	in.SecretString = aws.String("w")
	_, err = s.client.CreateSecret(v.ctx, in)
	v.refused(err, "ResourceExistsException")
	if got := s.value(v, "bound", ""); got != "v" {
		v.errorf("got %q, want v", got)
	}
	in.ClientRequestToken = aws.String("short")
	in.Name = s.name("short-token")
	_, err = s.client.CreateSecret(v.ctx, in)
	v.refused(err, "InvalidParameterException", "ValidationException")
}

func (s secretsSuite) nameTaken(v *verdict) {
	s.create(v, "taken", "v")
	_, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name("taken"), SecretString: aws.String("v")})
	v.refused(err, "ResourceExistsException")
}

func (s secretsSuite) bothKinds(v *verdict) {
	_, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name("both"), SecretString: aws.String("v"), SecretBinary: []byte("v")})
	v.refused(err, "InvalidParameterException")
	s.create(v, "one", "v")
	_, err = s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: s.name("one")})
	v.refused(err, "InvalidRequestException", "InvalidParameterException")
}

func (s secretsSuite) badName(v *verdict) {
	for _, bad := range []string{"with space", "ümlaut", "semi;colon", strings.Repeat("n", 512)} {
		_, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name(bad), SecretString: aws.String("v")})
		v.refused(err, "ValidationException", "InvalidParameterException")
	}
	s.create(v, "A-z0/9_+=.@x", "v")
}

func (s secretsSuite) largestValue(v *verdict) {
	s.create(v, "large", strings.Repeat("x", 65536))
	_, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: s.name("larger"), SecretString: aws.String(strings.Repeat("x", 65537))})
	v.refused(err, "ValidationException", "InvalidParameterException")
}
