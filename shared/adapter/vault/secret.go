package vault

import (
	"context"
	"errors"
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

// fresh is how long a secret is taken as read.
const fresh = time.Minute

// Secret is one of the deployment's own secrets, read when first needed. A pepper is read again after a minute; a text, like Slack's
// secrets, only when somebody finds it wrong ([Secret.Again]): nobody in front of an acknowledgement waits for that. When Secrets
// Manager does not answer, what was read before stays good.
type Secret[T any] struct {
	client *secretsmanager.Client
	name   string
	parse  func([]byte) (T, error)
	now    func() time.Time
	ages   bool

	mu    sync.Mutex
	value T
	read  time.Time // zero: never
}

// Peppers is the pepper.
type Peppers = Secret[pepper.Peppers]

var (
	_ issue.Peppers  = (*Peppers)(nil)
	_ verify.Peppers = (*Peppers)(nil)
)

// NewPeppers returns the pepper of that name or ARN, as package pepper reads it.
func NewPeppers(client *secretsmanager.Client, name string, now func() time.Time) *Peppers {
	return &Peppers{client: client, name: name, parse: pepper.Parse, now: now, ages: true}
}

// NewText returns a secret that is plain text, of that name or ARN. One that is empty is an error: the operator has still to write it.
func NewText(client *secretsmanager.Client, name string, now func() time.Time) *Secret[string] {
	return &Secret[string]{client: client, name: name, now: now, parse: func(b []byte) (string, error) {
		if len(b) == 0 {
			return "", errors.New("it is empty; write its value with aws secretsmanager put-secret-value")
		}
		return string(b), nil
	}}
}

// Current is the secret's value.
func (s *Secret[T]) Current(ctx context.Context) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if !s.read.IsZero() && (!s.ages || now.Sub(s.read) < fresh) {
		return s.value, nil
	}
	return s.refresh(ctx, now)
}

// Again reads the secret again, at most once a minute: somebody has found the present value wrong.
func (s *Secret[T]) Again(ctx context.Context) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if !s.read.IsZero() && now.Sub(s.read) < fresh {
		return s.value, nil
	}
	return s.refresh(ctx, now)
}

func (s *Secret[T]) refresh(ctx context.Context, now time.Time) (T, error) {
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
