package contract

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func (s secretsSuite) recoveryWindow(v *verdict) {
	s.create(v, "marked", "v")
	id := s.name("marked")
	out, err := s.client.DeleteSecret(v.ctx, &secretsmanager.DeleteSecretInput{SecretId: id, RecoveryWindowInDays: aws.Int64(7)})
	v.must(err)
	if in := time.Until(aws.ToTime(out.DeletionDate)); in < 167*time.Hour || in > 169*time.Hour {
		v.errorf("it is deleted in %v, want seven days", in)
	}
	_, err = s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: id})
	v.refused(err, "InvalidRequestException")
	_, err = s.client.PutSecretValue(v.ctx, &secretsmanager.PutSecretValueInput{SecretId: id, SecretString: aws.String("w")})
	v.refused(err, "InvalidRequestException")
	_, err = s.client.UpdateSecret(v.ctx, &secretsmanager.UpdateSecretInput{SecretId: id, SecretString: aws.String("w")})
	v.refused(err, "InvalidRequestException")
	_, err = s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: id, SecretString: aws.String("w")})
	v.refused(err, "InvalidRequestException")
	d, err := s.client.DescribeSecret(v.ctx, &secretsmanager.DescribeSecretInput{SecretId: id})
	v.must(err)
	if d.DeletedDate == nil {
		v.errorf("a description of a deleted secret has no DeletedDate")
	}
}

func (s secretsSuite) forcedDeletion(v *verdict) {
	first := s.create(v, "forced", "v")
	id := s.name("forced")
	for range 2 {
		_, err := s.client.DeleteSecret(v.ctx, &secretsmanager.DeleteSecretInput{SecretId: id, ForceDeleteWithoutRecovery: aws.Bool(true)})
		v.must(err)
	}
	// Asynchronous: it may be readable, then marked, for a while.
	v.eventually("the secret is not found", func() bool {
		_, err := s.client.GetSecretValue(v.ctx, &secretsmanager.GetSecretValueInput{SecretId: id})
		if err == nil {
			return false
		}
		v.refused(err, "InvalidRequestException", "ResourceNotFoundException")
		return strings.Contains(err.Error(), "ResourceNotFoundException")
	})
	v.eventually("the name is free", func() bool {
		again, err := s.client.CreateSecret(v.ctx, &secretsmanager.CreateSecretInput{Name: id, SecretString: aws.String("w")})
		if err != nil {
			v.refused(err, "InvalidRequestException")
			return false
		}
		if *again.ARN == *first.ARN {
			v.errorf("a new secret of the same name has the old ARN %s", *again.ARN)
		}
		return true
	})
}

func (s secretsSuite) forcedDeletionOfNothing(v *verdict) {
	out, err := s.client.DeleteSecret(v.ctx, &secretsmanager.DeleteSecretInput{SecretId: s.name("nothing"), ForceDeleteWithoutRecovery: aws.Bool(true)})
	v.must(err)
	if aws.ToString(out.Name) != *s.name("nothing") {
		v.errorf("got name %q, want %s", aws.ToString(out.Name), *s.name("nothing"))
	}
}

func (s secretsSuite) deletionParameters(v *verdict) {
	s.create(v, "kept", "v")
	for _, in := range []secretsmanager.DeleteSecretInput{
		{ForceDeleteWithoutRecovery: aws.Bool(true), RecoveryWindowInDays: aws.Int64(7)},
		{RecoveryWindowInDays: aws.Int64(6)},
		{RecoveryWindowInDays: aws.Int64(31)},
	} {
		in.SecretId = s.name("kept")
		_, err := s.client.DeleteSecret(v.ctx, &in)
		v.refused(err, "InvalidParameterException")
	}
	if got := s.value(v, "kept", ""); got != "v" {
		v.errorf("got %q, want v: nothing was deleted", got)
	}
}
