// Command worker does the jobs that somebody waits for, and those in the background: it issues app passwords, revokes them, tells
// owners what happens at their links, reminds them, ends what leavers have, publishes home tabs, and deletes what links have sealed.
//
// # What may be changed here
//
// A kind of job is a kind in package job, a use case, and a case in jobs.do. A job comes again until it is done, and may come twice: that
// it acts once is its use case's to see to. The lease (config.go) stays longer than the function's timeout in template.yaml.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/adapter/queue"
	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/adapter/vault"
	"github.com/apppass/apppass/shared/edge/boot"
	"github.com/apppass/apppass/shared/use/answer"
	"github.com/apppass/apppass/shared/use/discard"
	"github.com/apppass/apppass/shared/use/doctor"
	"github.com/apppass/apppass/shared/use/home"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/leave"
	"github.com/apppass/apppass/shared/use/list"
	"github.com/apppass/apppass/shared/use/nudge"
	"github.com/apppass/apppass/shared/use/reconcile"
	"github.com/apppass/apppass/shared/use/remember"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/tell"
)

func main() { boot.SQS(build) }

func build(ctx context.Context, c Config, d boot.Deps) (boot.Jobs, error) {
	tables, secrets, queues := dynamodb.NewFromConfig(d.AWS), secretsmanager.NewFromConfig(d.AWS), sqs.NewFromConfig(d.AWS)
	requests, background := queue.New(queues, c.RequestsQueueURL), queue.New(queues, c.BackgroundQueueURL)
	api, err := slackapi.New(vault.NewText(secrets, c.BotTokenSecret, d.Now), c.SlackAPIURL, c.SlackHooksHost)
	if err != nil {
		return nil, err
	}
	store := dynamo.NewStore(tables, dynamo.Tables{
		Credentials: c.CredentialsTable, Verifiers: c.VerifiersTable, Ephemeral: c.EphemeralTable, Audit: c.AuditTable,
	})
	settings, sealed := dynamo.NewSettings(tables, c.SettingsTable), vault.NewSealed(secrets)
	people := dynamo.NewPeople(tables, c.CredentialsTable, c.AuditTable)
	show := &presenter{slack: api, catalog: settings, people: people, places: store, base: c.LinkBase, log: d.Log}
	ledger := dynamo.NewLedger(tables, c.EphemeralTable, d.Now)
	homes := &homes{
		looker:  home.New(store, dynamo.NewHistory(tables, c.AuditTable, c.EphemeralTable), settings, d.Now),
		chooser: home.NewChooser(people, ledger, lease, d.Now), people: people, slack: api, queue: background, log: d.Log,
	}
	show.home = homes
	revoker := revoke.New(store, background, d.Now)
	teller := tell.New(store, people, ledger, show, lease, d.Now)
	administer := &admins{stored: settings, first: c.FirstAdmin, ledger: ledger, show: show, team: c.SlackTeam, lease: lease, now: d.Now}
	reminders := &nudges{read: store, slack: api, catalog: settings, admins: administer, show: show, now: d.Now, log: d.Log}
	nudger := nudge.New(nudge.Ports{
		Store: dynamo.NewNudges(tables, c.CredentialsTable, c.VerifiersTable), People: people, Directory: api, Settings: settings, Ledger: ledger,
		Queue: background, End: endsIdle(revoke.New(dynamo.Unused{Store: store}, background, d.Now)), Show: reminders,
	}, lease, d.Now)
	reminders.nudger, show.digests, homes.digests = nudger, reminders, reminders
	return &jobs{
		nudges: reminders,
		nudger: nudger,
		leavers: &leavers{
			leaver: leave.New(leave.Ports{
				People: people, Credentials: store, End: ends(revoker), Directory: api, Settings: settings,
			}, leave.Company{Team: c.SlackTeam, Domains: c.EmailDomains}, step, d.Now),
			catalog: settings, queue: background, admins: administer, show: show,
		},
		rolls: &rolls{
			reconciler: reconcile.New(reconcile.Ports{
				Store: dynamo.NewRolls(tables, c.CredentialsTable, c.EphemeralTable), Roster: api, Ledger: ledger, Settings: settings, Queue: background,
				Show: observed{administer},
			}, c.SlackTeam, lease, d.Now),
			admins: administer, show: show,
		},
		homes:  homes,
		teller: teller,
		networks: &networks{
			rememberer: remember.New(store, d.Now), revoker: revoker, read: store, catalog: settings, show: show, now: d.Now,
		},
		many: &many{
			revoker: revoker, acts: store, asker: rotate.NewAsker(store, d.Now), teller: teller, catalog: settings, show: show, now: d.Now,
		},
		taps: &taps{
			answerer: answer.New(store, api, answer.Company{Team: c.SlackTeam, Domains: c.EmailDomains}, d.Now), revoker: revoker, show: show,
		},
		formers: &formers{rotator: rotate.New(store, d.Now), catalog: settings, show: show, now: d.Now},
		issuer: issue.New(issue.Ports{
			Store: store, Ledger: ledger,
			People:   people,
			Settings: settings, Directory: api, Peppers: vault.NewPeppers(secrets, c.PepperSecret, d.Now), Vault: sealed, Queue: background,
			Presenter: show,
		}, issue.Company{
			Team: c.SlackTeam, Domains: c.EmailDomains, Prefixes: c.PasswordPrefixes, SecretPrefix: c.SecretPrefix, Lease: lease,
		}, d.Now),
		discarder: discard.New(store, sealed, background, d.Now),
		revocations: &revocations{
			revoker: revoker, lister: list.New(store, d.Now), catalog: settings, links: store, show: show, now: d.Now,
		},
		doctors: &doctors{
			doctor: doctor.New(store, people, settings, d.Now), ledger: ledger, show: show, lease: lease, now: d.Now, log: d.Log,
		},
		leaks: &leaks{
			revoker: revoker, ledger: ledger, admins: settings, firstAdmin: c.FirstAdmin, show: show, lease: lease, now: d.Now,
		},
		queues:      map[string]putsOff{queueName(c.RequestsQueueURL): requests, queueName(c.BackgroundQueueURL): background},
		lastReceive: c.LastReceive, tell: show, log: d.Log,
	}, nil
}
