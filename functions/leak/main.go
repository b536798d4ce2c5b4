// Command leak takes app passwords that somebody has found where others can read them, and has them ended.
//
// # What is promised
//
// Anyone may post, without a key, and learns nothing: 202 and {} is the answer, after the same time, to a password that works, to a dead one,
// to one that never was, and to what is none. 400 is for what is no request, 503 is "ask again later" and depends on nothing that was posted.
// No password is logged, stored or queued.
//
// # What may be changed here
//
// The answers are a contract with programs of others. That who posts learns nothing is package use/leak's to keep; nothing may be answered
// here that depends on what was found.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/leak"
)

func main() { boot.HTTP(build) }

func build(ctx context.Context, c Config, d boot.Deps) (http.Handler, error) {
	peppers := vault.NewPeppers(secretsmanager.NewFromConfig(d.AWS), c.PepperSecret, d.Now)
	verifiers := dynamo.NewVerifiers(dynamodb.NewFromConfig(d.AWS), dynamo.Tables{Verifiers: c.VerifiersTable})
	// Storage that is away now may be back when somebody posts; until then the answer is 503.
	if err := warm(ctx, peppers, verifiers); err != nil {
		d.Log.Warn("not warm", "cause", err.Error())
	}
	finder := leak.New(verifiers, peppers, queue.New(sqs.NewFromConfig(d.AWS), c.RequestsQueueURL), c.Prefixes, d.Now)
	return routes(finder, d.Log), nil
}

// warm reads the pepper and makes the connection to the table, by reading a key that is no verifier's.
func warm(ctx context.Context, peppers *vault.Peppers, verifiers *dynamo.Verifiers) error {
	if _, err := peppers.Current(ctx); err != nil {
		return err
	}
	_, err := verifiers.Entries(ctx, []credential.Verifier{"-"})
	return err
}
