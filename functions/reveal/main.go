// Command reveal serves the page behind one-time links, and hands a sealed password over to the one browser session that claims it.
//
// Beside that it has the files by which a device or a mail program sets itself up, which hold no secret.
//
// The page is the same bytes for everyone and touches no storage, so that it tells nothing, not even whether a link exists. Whatever
// changes something is a POST that a page of another origin can't make. No path is ever logged: a link whose # was turned into %23 has its key there.
//
// # What may be changed here
//
// A route decodes, calls package use/reveal and encodes; it decides nothing. The page that was loaded before a deployment asks the
// function after it: bodies and answers may gain members, and nothing else. What keeps other pages' requests away (origin.go, header.go)
// may only become stricter.
package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/reveal"
	"github.com/apppass/apppass/shared/use/setup"
)

func main() { boot.HTTP(build) }

func build(ctx context.Context, c Config, d boot.Deps) (http.Handler, error) {
	tables := dynamodb.NewFromConfig(d.AWS)
	store := dynamo.NewStore(tables, dynamo.Tables{
		Credentials: c.CredentialsTable, Verifiers: c.VerifiersTable, Ephemeral: c.EphemeralTable, Audit: c.AuditTable,
	})
	sealed := vault.NewSealed(secretsmanager.NewFromConfig(d.AWS))
	queues := sqs.NewFromConfig(d.AWS)
	background, requests := queue.New(queues, c.BackgroundQueueURL), queue.New(queues, c.RequestsQueueURL)
	files := setup.New(dynamo.NewSettings(tables, c.SettingsTable))
	return routes(reveal.New(store, sealed, background, requests, d.Now), files, d.Log), nil
}

func routes(r revealer, files setupper, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	page := pageHandler()
	mux.Handle("GET /r/{page...}", page) // and HEAD
	mux.Handle("POST /r/claim", &sameOrigin{&claimRoute{r, log}})
	mux.Handle("POST /r/done", &sameOrigin{&doneRoute{r, log}})
	setupRoutes(mux, files, log)
	return secured(mux)
}
