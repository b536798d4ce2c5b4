// Package provision makes what the template declares, and the local settings, in an AWS that has them not: tables, queues, secrets, the
// relying parties that everyone's scripts know.
//
// It speaks through the SDK, so it serves the local AWS and any other that answers at an endpoint. What is there already stays as it
// is; nothing is ever deleted.
//
// # What may be changed here
//
// A kind of resource that the template gains is made beside the others. The keys of the relying parties are in the first screen of make
// run and in everyone's scripts: they stay.
package provision

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/template"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/service"
)

// Values are the secrets that an operator would write, by the secret's logical id.
type Values map[string]string

// Provision makes what is missing. The result says what a declared identity is really called there: queue URLs and secrets' ARNs, where
// they differ from the template's.
func Provision(ctx context.Context, cfg aws.Config, t *template.Template, values Values) (renamed map[string]string, err error) {
	renamed = map[string]string{}
	for _, table := range t.Tables {
		if err := makeTable(ctx, dynamodb.NewFromConfig(cfg), table); err != nil {
			return nil, fmt.Errorf("make the table %s: %w", table.Name, err)
		}
	}
	if err := makeQueues(ctx, cfg, t.Queues, renamed); err != nil {
		return nil, err
	}
	for _, s := range t.Secrets {
		if err := makeSecret(ctx, cfg, s, values[s.LogicalID], renamed); err != nil {
			return nil, fmt.Errorf("make the secret %s: %w", s.Name, err)
		}
	}
	return renamed, nil
}

// Services are the relying parties of the local stack and their keys. The keys are public: they protect nothing.
var Services = []Service{
	{Key: "local-mail-service-key", Service: service.Service{
		ID: "mail", Name: "Example mail", Host: "mail.example.com",
		Protocols: []service.Protocol{service.IMAP, service.POP3, service.SMTP, service.Sieve, service.DAV},
		Ports:     map[service.Protocol]int{service.IMAP: 993, service.POP3: 995, service.SMTP: 465, service.Sieve: 4190, service.DAV: 443},
		// Where an nginx on this machine would find the mail server behind it.
		Backends: map[service.Protocol]netip.AddrPort{
			service.IMAP: netip.MustParseAddrPort("127.0.0.1:143"), service.POP3: netip.MustParseAddrPort("127.0.0.1:110"), service.SMTP: netip.MustParseAddrPort("127.0.0.1:587"),
		},
	}},
	{Key: "local-intranet-service-key", Service: service.Service{
		ID: "intranet", Name: "Example intranet", Host: "intranet.example.com",
		Protocols: []service.Protocol{service.HTTP}, Ports: map[service.Protocol]int{service.HTTP: 443},
	}},
}

// Service is a relying party and its key.
type Service struct {
	Key     string
	Service service.Service
}

// Settings stores the relying parties that are missing from the table.
func Settings(ctx context.Context, cfg aws.Config, table string) error {
	settings := dynamo.NewSettings(dynamodb.NewFromConfig(cfg), table)
	for _, s := range Services {
		s.Service.Keys = []service.Key{service.KeyOf(s.Key, time.Now())}
		if err := settings.PutService(ctx, s.Service, true); err != nil {
			return fmt.Errorf("store the service %s: %w", s.Service.ID, err)
		}
	}
	return nil
}
