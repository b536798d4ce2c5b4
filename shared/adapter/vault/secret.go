package vault

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/verify"
)

// fresh is how long a secret of the deployment's own is taken as read.
const fresh = time.Minute

// Secret is one of the deployment's own secrets, read when first needed and again after a minute. When Secrets Manager does not
// answer, what was read before stays good.
type Secret[T any] struct {
	client *secretsmanager.Client
	name   string
	parse  func([]byte) (T, error)
	now    func() time.Time

	mu    sync.Mutex
	value T
	read  time.Time // zero: never
}

// NewSecret returns the secret of that name or ARN. parse must not quote it in an error.
func NewSecret[T any](client *secretsmanager.Client, name string, parse func([]byte) (T, error), now func() time.Time) *Secret[T] {
	return &Secret[T]{client: client, name: name, parse: parse, now: now}
}

// Peppers is the pepper.
type Peppers = Secret[pepper.Peppers]

var (
	_ issue.Peppers  = (*Peppers)(nil)
	_ verify.Peppers = (*Peppers)(nil)
)

// NewPeppers returns the pepper, as package pepper reads it.
func NewPeppers(client *secretsmanager.Client, name string, now func() time.Time) *Peppers {
	return NewSecret(client, name, pepper.Parse, now)
}

// NewText returns a secret that is plain text, like a token. One that is empty is an error: the operator has still to write it.
func NewText(client *secretsmanager.Client, name string, now func() time.Time) *Secret[string] {
	return NewSecret(client, name, func(b []byte) (string, error) {
		if len(b) == 0 {
			return "", fmt.Errorf("it is empty; write its value with aws secretsmanager put-secret-value")
		}
		return string(b), nil
	}, now)
}

// Current is the secret's value.
func (s *Secret[T]) Current(ctx context.Context) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if !s.read.IsZero() && now.Sub(s.read) < fresh {
		return s.value, nil
	}
	value, err := s.load(ctx)
	if err != nil && s.read.IsZero() {
		return value, fmt.Errorf("read the secret %s: %w", s.name, err)
	}
	if err == nil {
		s.value = value
	}
	s.read = now
	return s.value, nil
}

func (s *Secret[T]) load(ctx context.Context) (T, error) {
	var none T
	out, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.name})
	if gone(err) {
		return none, fmt.Errorf("it has no value yet: %w", problem.Passing("get it", err))
	}
	if err != nil {
		return none, problem.Passing("get it", err)
	}
	if out.SecretString != nil {
		return s.parse([]byte(aws.ToString(out.SecretString)))
	}
	return s.parse(out.SecretBinary)
}
