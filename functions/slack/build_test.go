package main

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/edge/boot"
)

// configured is the function's configuration on a cloud where the operator has written no secret yet.
func configured(c *inprocess.Cloud) Config {
	config := Config{
		CredentialsTable: c.Table("credentials"), SettingsTable: c.Table("settings"), RequestsQueueURL: c.Queue("requests"),
		SlackTeam: team, SlackAPIURL: "https://slack.com/api/", SlackHooksHost: "hooks.slack.com", PasswordPrefixes: []string{"app"},
	}
	for _, s := range c.Template.Secrets {
		switch s.LogicalID {
		case "SlackSigningSecret":
			config.SigningSecret = s.Name
		case "SlackBotToken":
			config.BotTokenSecret = s.Name
		}
	}
	return config
}

func TestTheSecretsMayBeWrittenAfterTheStart(t *testing.T) {
	cloud := inprocess.New(t)
	config := configured(cloud)
	h := newHouse(t)
	h.now = cloud.Clock.Now()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	handler, err := build(t.Context(), config, boot.Deps{AWS: cloud.Config, Now: cloud.Clock.Now, Log: logger})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(log.String(), "put-secret-value") + strings.Count(log.String(), "no value yet"); got != 2 {
		t.Errorf("%d secrets are said to be missing:\n%s", got, &log)
	}
	h.serve = apigw.New(handler, logger).Handle
	if got := h.send(command("list", nil)).StatusCode; got != 503 {
		t.Errorf("without a secret: got %d", got)
	}
	_, err = secretsmanager.NewFromConfig(cloud.Config).PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
		SecretId: &config.SigningSecret, SecretString: aws.String(signingSecret),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.shown(h.send(command("list", nil))); !strings.Contains(got, "You have no app passwords") {
		t.Errorf("got %s", got)
	}
}

func TestSlacksAPIWithoutTLSIsRefused(t *testing.T) {
	cloud := inprocess.New(t)
	config := configured(cloud)
	config.SlackAPIURL = "http://slack.com/api/"
	_, err := build(t.Context(), config, boot.Deps{AWS: cloud.Config, Now: cloud.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, slackapi.ErrHost) {
		t.Errorf("got %v, want %v", err, slackapi.ErrHost)
	}
}
