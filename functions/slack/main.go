// Command slack answers what people do in Slack: commands, buttons, forms. It acknowledges within three seconds and leaves everything that
// changes something to the worker, but for opening a link's door, for which a browser waits.
//
// Before an acknowledgement there is at most one AWS call and one call of Slack's. A payload of Slack's can hold a link's key (Slack
// sends the view back at every click), so no payload is ever queued or logged: only ids that were parsed out of one.
//
// # What may be changed here
//
// A command is a verb of package slackui and a case in perform, a button is an action id and a line in press.go's table. What changes something
// becomes a job, queued before the acknowledgement. No further call may stand in front of one.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/list"
)

func main() { boot.HTTP(build) }

func build(ctx context.Context, c Config, d boot.Deps) (http.Handler, error) {
	secrets, tables := secretsmanager.NewFromConfig(d.AWS), dynamodb.NewFromConfig(d.AWS)
	signing, token := vault.NewText(secrets, c.SigningSecret, d.Now), vault.NewText(secrets, c.BotTokenSecret, d.Now)
	api, err := slackapi.New(token, c.SlackAPIURL, c.SlackHooksHost)
	if err != nil {
		return nil, err
	}
	// Read now what a first command would wait for. An operator who has not written the secrets yet finds the cause in the log.
	for _, s := range []*vault.Secret[string]{signing, token} {
		if _, err := s.Current(ctx); err != nil {
			d.Log.Warn("not ready", "cause", err.Error())
		}
	}
	store := dynamo.NewStore(tables, dynamo.Tables{Credentials: c.CredentialsTable, Ephemeral: c.EphemeralTable})
	forms := dynamo.NewOpening(tables, c.CredentialsTable, c.SettingsTable)
	if err := forms.Begin(ctx); err != nil {
		d.Log.Warn("the policy is not known yet", "cause", err.Error())
	}
	app := &app{
		team: c.SlackTeam, prefixes: c.PasswordPrefixes, now: d.Now, log: d.Log, slack: api,
		doors: store, domains: c.EmailDomains, lister: list.New(store, d.Now),
		forms:    forms,
		services: dynamo.NewSettings(tables, c.SettingsTable),
		queue:    queue.New(sqs.NewFromConfig(d.AWS), c.RequestsQueueURL),
	}
	app.opening(ctx, credential.Owner{Team: c.SlackTeam, Person: "-"}) // for names; the connection serves the first command
	return app.routes(signing), nil
}
