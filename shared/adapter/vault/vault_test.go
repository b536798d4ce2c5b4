package vault_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	emulated "github.com/apppass/apppass/infra/local/aws/secretsmanager"
	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
)

func TestSealed(t *testing.T) {
	c := inprocess.New(t)
	s := vault.NewSealed(secretsmanager.NewFromConfig(c.Config))
	for range 2 { // a repetition changes nothing
		if err := s.Create(t.Context(), "apppass/reveal/x", []byte("sealed")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Create(t.Context(), "apppass/reveal/x", []byte("another")); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("another under the same name: got %v", err)
	}
	got, err := s.Read(t.Context(), "apppass/reveal/x")
	if err != nil || string(got) != "sealed" {
		t.Errorf("got %q, %v", got, err)
	}
	for range 2 {
		if err := s.Delete(t.Context(), "apppass/reveal/x"); err != nil {
			t.Fatal(err)
		}
	}
	c.Clock.Advance(time.Minute)
	if _, err := s.Read(t.Context(), "apppass/reveal/x"); !errors.Is(err, link.ErrUsed) {
		t.Errorf("a deleted one: got %v, want %v", err, link.ErrUsed)
	}
	c.Secrets().Switch(emulated.Switches{Failing: true})
	if _, err := s.Read(t.Context(), "apppass/reveal/x"); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("with the service away: got %v, want %v", err, problem.ErrUnavailable)
	}
}

func TestATextIsReadOnceAndAgainWhenItIsFoundWrong(t *testing.T) {
	c := inprocess.New(t)
	client := secretsmanager.NewFromConfig(c.Config)
	s := vault.NewText(client, "token", c.Clock.Now)
	if _, err := s.Current(t.Context()); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("before it is there: got %v", err)
	}
	if _, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("token"), SecretString: aws.String("xoxb-old")}); err != nil {
		t.Fatal(err)
	}
	is := func(when, want string, got string, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", when, got, err, want)
		}
	}
	got, err := s.Current(t.Context())
	is("at first", "xoxb-old", got, err)
	if _, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String("token"), SecretString: aws.String("xoxb-new")}); err != nil {
		t.Fatal(err)
	}
	got, err = s.Again(t.Context())
	is("again within a minute", "xoxb-old", got, err)
	c.Clock.Advance(time.Hour)
	got, err = s.Current(t.Context())
	is("an hour later", "xoxb-old", got, err)
	got, err = s.Again(t.Context())
	is("again", "xoxb-new", got, err)
	c.Clock.Advance(time.Hour)
	c.Secrets().Switch(emulated.Switches{Failing: true})
	got, err = s.Again(t.Context())
	is("with the service away", "xoxb-new", got, err)
}

func TestThePepperIsReadEveryMinute(t *testing.T) {
	c := inprocess.New(t)
	client := secretsmanager.NewFromConfig(c.Config)
	put := func(key string) {
		t.Helper()
		if _, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String("apppass-peppersecret"), SecretString: &key}); err != nil {
			t.Fatal(err)
		}
	}
	p := vault.NewPeppers(client, "apppass-peppersecret", c.Clock.Now)
	if _, err := p.Current(t.Context()); err != nil {
		t.Fatal(err)
	}
	leaky := `{"key":"` + strings.Repeat("k", 31) + `"}`
	put(leaky)
	c.Clock.Advance(time.Minute)
	// What is there now is no pepper: the former one stays good, and nobody quotes the new one.
	if _, err := p.Current(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
	_, err := vault.NewPeppers(client, "apppass-peppersecret", c.Clock.Now).Current(t.Context())
	if err == nil || strings.Contains(err.Error(), "kkkk") {
		t.Errorf("a pepper that is too short: got %v", err)
	}
}
