// Command admin is the API for the company's operators and their tools: the keys with which services ask, and people's app passwords.
//
//	POST   /v1/admin/services/{id}/keys            201 {"key":"apk_…","prefix":"apk_…","made":1795597200}
//	GET    /v1/admin/services/{id}/keys            200 {"keys":[{"prefix":"apk_…","made":1795597200}]}, the oldest first
//	DELETE /v1/admin/services/{id}/keys/{prefix}   204
//	DELETE /v1/admin/services/{id}/keys?prefix=    204
//	POST   /v1/admin/people/{person}/revoke        202 {"job":"admin:…"}
//	POST   /v1/admin/people/{person}/rotate        202 {"job":"admin:…"}
//
// The person is a Slack user id. The body of the first is {"reason":"…"}, for all that the person has, with "credential":"c…" for one of
// them, or with "application":"thunderbird" for those of one; of the second {"credential":"c…","reason":"…","days":14}, where days is how
// long its owner has. The reason is for the owner to read: one line of 1 to 200 characters. Both need the header Idempotency-Key, of 1 to 64
// letters, digits, dots, hyphens and underscores: a request that is sent again with it, by the same identity, is done once. 202 is said before
// anything is done; of what is not there, or has ended, nothing comes.
//
// All else is {"error":"<code>","message":"<sentence>","reference":"<request>"}: 400, 403, 404 for a service or a key that is not there,
// 409 where there is no room, 503 with Retry-After for trouble that passes. Times are epoch seconds. A request is signed with Signature
// Version 4 for execute-api, by an identity whose policies allow execute-api:Invoke on the route:
//
//	curl -X POST --aws-sigv4 aws:amz:eu-central-1:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
//	  -H "X-Amz-Security-Token: $AWS_SESSION_TOKEN" https://….execute-api.eu-central-1.amazonaws.com/v1/admin/services/mail/keys
//
// # What is promised
//
// A key's text is in one answer, and nowhere else: not in a log, not in storage. Who did what is in the audit table, by the ARN that API
// Gateway has found. A request without one is refused here too, whatever stands in front.
//
// # What may be changed here
//
// The answers are a contract with tools of others: they may gain members and codes, and a status keeps its meaning. A prefix that an
// operator has chosen may hold what a path can't, so it may stand in the query too. What is decided is package use/keys', and the worker's.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/keys"
)

func main() { boot.HTTP(build) }

func build(_ context.Context, c Config, d boot.Deps) (http.Handler, error) {
	store := dynamo.NewServiceKeys(dynamodb.NewFromConfig(d.AWS), c.SettingsTable, c.AuditTable)
	people := &orders{queue.New(sqs.NewFromConfig(d.AWS), c.RequestsQueueURL), c.SlackTeam, c.PasswordPrefixes, d.Now}
	return routes(keys.New(store, d.Now), people, d.Log), nil
}
