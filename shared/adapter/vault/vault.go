// Package vault keeps sealed passwords and the deployment's own secrets in Secrets Manager.
//
// # What is promised
//
// A sealed password is ciphertext here, under a random name that is used once; a name that was deleted is never taken again. The
// deployment's secrets are read at run time and held in memory; none is ever in an environment, an error or a log.
//
// Secrets Manager is eventually consistent: a new secret may not be found at once, so reading waits for it; "not found" is never
// taken as a lock.
//
// # What may be changed here
//
// How long a reading waits and how long a secret counts as read. A sealed password is never cached, and what is stored under a name is
// never overwritten.
package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/discard"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/reveal"
)

// Sealed is where sealed passwords lie.
type Sealed struct{ client *secretsmanager.Client }

var (
	_ issue.Vault   = (*Sealed)(nil)
	_ reveal.Vault  = (*Sealed)(nil)
	_ discard.Vault = (*Sealed)(nil)
)

// NewSealed returns the sealed passwords of the account.
func NewSealed(client *secretsmanager.Client) *Sealed { return &Sealed{client} }

// Create stores a sealed password, see [issue.Vault].
func (s *Sealed) Create(ctx context.Context, name string, sealed []byte) error {
	// The token is the content's hash: the same again is the same secret, anything else under this name is refused.
	token := sha256.Sum256(sealed)
	_, err := s.client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: &name, SecretBinary: sealed, ClientRequestToken: aws.String(hex.EncodeToString(token[:])),
	})
	return problem.Passing("create a secret", err)
}

// patience is how long Read waits for a secret that can't be found; step is how often it looks.
const (
	patience = 3 * time.Second
	step     = 200 * time.Millisecond
)

// Read is a sealed password, or [link.ErrUsed] where it can't be found for [patience]: it is deleted.
func (s *Sealed) Read(ctx context.Context, name string) ([]byte, error) {
	deadline := time.Now().Add(patience)
	for {
		out, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
		if err == nil {
			return out.SecretBinary, nil
		}
		if !gone(err) {
			return nil, problem.Passing("read a secret", err)
		}
		if time.Now().After(deadline) {
			return nil, link.ErrUsed
		}
		select {
		case <-time.After(step):
		case <-ctx.Done():
			return nil, problem.Passing("read a secret", ctx.Err())
		}
	}
}

// Delete removes a secret for good, see [discard.Vault].
func (s *Sealed) Delete(ctx context.Context, name string) error {
	_, err := s.client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: &name, ForceDeleteWithoutRecovery: aws.Bool(true)})
	if gone(err) {
		return nil
	}
	return problem.Passing("delete a secret", err)
}

// gone reports a secret that is not there, or that is on its way out.
func gone(err error) bool {
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
		return true
	}
	_, ok := errors.AsType[*types.InvalidRequestException](err)
	return ok
}
