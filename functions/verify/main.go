// Command verify answers the company's mail servers and proxies: is this app password good?
//
// # What is promised
//
// 200 is yes. 401 is no, with a reason, and says that these credentials are wrong; nothing else is ever answered so. 400 and 403 are for who
// operates the server that asks, 429 and 503 are "ask me later". nginx's mail proxy is told the same in its own words. A bridge to a
// mail provider gets an access token with its yes, and is asked to come again where there is none. No password, token, login or address is
// logged.
//
// # What may be changed here
//
// The answers are a contract with programs of others: they may gain members and reasons, and a status keeps its meaning. What is decided
// is package use/verify's.
package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/entra"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/feed"
	"github.com/apppass/apppass/shared/use/relay"
	"github.com/apppass/apppass/shared/use/verify"
)

func main() { boot.HTTP(build) }

func build(ctx context.Context, c Config, d boot.Deps) (http.Handler, error) {
	cfg := boot.Hasty(d.AWS)
	client := dynamodb.NewFromConfig(cfg)
	secrets := secretsmanager.NewFromConfig(cfg)
	peppers := vault.NewPeppers(secrets, c.PepperSecret, d.Now)
	verifiers := dynamo.NewVerifiers(client, dynamo.Tables{Credentials: c.CredentialsTable, Verifiers: c.VerifiersTable, Ephemeral: c.EphemeralTable})
	services := verify.NewCache(dynamo.NewSettings(client, c.SettingsTable), d.Now)
	// Storage that is away now may be back when somebody asks; until then the answer is 503.
	if err := warm(ctx, peppers, verifiers, services); err != nil {
		d.Log.Warn("not warm", "cause", err.Error())
	}
	jobs := queue.New(sqs.NewFromConfig(cfg), c.BackgroundQueueURL)
	v := verify.New(verifiers, peppers, jobs, c.Prefixes, d.Now, d.Log)
	tokens := entra.New(func(name string) entra.Secret { return vault.NewText(secrets, name, d.Now) }, d.Now, d.Log)
	return routes(v, services, feed.New(verifiers, d.Now), relay.New(tokens, d.Now), d.Log), nil
}

// warm makes connections and fills caches while Lambda's initialisation has a processor to itself.
func warm(ctx context.Context, peppers *vault.Peppers, verifiers *dynamo.Verifiers, services *verify.Cache) error {
	if _, err := peppers.Current(ctx); err != nil {
		return err
	}
	if err := verifiers.Warm(ctx); err != nil {
		return fmt.Errorf("look into the table of verifiers: %w", err)
	}
	return services.Warm(ctx)
}
