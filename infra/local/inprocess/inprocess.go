// Package inprocess gives a test the emulated AWS with everything that template.yaml declares, and the local settings, but no function: for
// tests of use cases and adapters, which call the real SDK on it. There are no other stores for tests.
//
// # What may be changed here
//
// Whatever it declares is template.yaml's, whatever it holds at first is package provision's. A test that needs a function needs package
// world.
package inprocess

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/clock"
	"github.com/apppass/apppass/infra/local/compile"
	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/infra/local/provision"
	"github.com/apppass/apppass/infra/local/template"
	"github.com/apppass/apppass/shared/adapter/dynamo"
)

// Cloud is an AWS of a test's own.
type Cloud struct {
	*aws.Cloud
	Clock  *clock.Clock
	Faults *faults.Set
	// Config leads an SDK client to it. Nothing is tried twice, so that a fault is felt.
	Config sdk.Config
	// Template is what is provisioned.
	Template *template.Template

	mu   sync.Mutex
	seen []string
}

// New starts a cloud that ends with the test.
func New(t testing.TB) *Cloud {
	t.Helper()
	c := &Cloud{Clock: clock.New(0), Faults: &faults.Set{}}
	var err error
	if c.Cloud, err = aws.New(aws.Options{Clock: c.Clock, Faults: c.Faults, Observe: c.see}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.Cloud)
	t.Cleanup(func() {
		server.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Config = sdk.Config{
		Region: aws.Region, BaseEndpoint: &server.URL, HTTPClient: server.Client(),
		Credentials: credentials.NewStaticCredentialsProvider(aws.AccessKeyID, aws.SecretAccessKey, ""),
		Retryer:     func() sdk.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), 1) },
	}
	root, err := compile.Root()
	if err != nil {
		t.Fatal(err)
	}
	c.Template, err = template.Load(filepath.Join(root, "template.yaml"), map[string]string{"SlackTeam": "TLOCAL"}, template.Endpoints{AWS: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provision.Provision(t.Context(), c.Config, c.Template, nil); err != nil {
		t.Fatal(err)
	}
	if err := provision.Settings(t.Context(), c.Config, c.Table("settings")); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *Cloud) see(call aws.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, call.Operation)
}

// Seen is the operations that were asked for since the last time, "GetItem", in order.
func (c *Cloud) Seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.seen
	c.seen = nil
	return seen
}

// Table is the real name of a table that is called "credentials", "verifiers", "ephemeral", "settings" or "audit".
func (c *Cloud) Table(called string) string {
	for _, t := range c.Template.Tables {
		if strings.EqualFold(t.LogicalID, called+"Table") {
			return t.Name
		}
	}
	return called
}

// Queue is the URL of a queue that is called "requests" or "background".
func (c *Cloud) Queue(called string) string {
	for _, q := range c.Template.Queues {
		if strings.EqualFold(q.LogicalID, called+"Queue") {
			return q.URL
		}
	}
	return called
}

// Store is the store over the cloud's tables.
func (c *Cloud) Store() *dynamo.Store {
	return dynamo.NewStore(dynamodb.NewFromConfig(c.Config), dynamo.Tables{
		Credentials: c.Table("credentials"), Verifiers: c.Table("verifiers"), Ephemeral: c.Table("ephemeral"), Audit: c.Table("audit"),
	})
}
