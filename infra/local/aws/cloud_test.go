package aws_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretsmanagertypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/clock"
)

// calls collects what the cloud reports.
type calls struct {
	mu  sync.Mutex
	all []aws.Call
}

func (c *calls) observe(call aws.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, call)
}

func (c *calls) list() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var l []string
	for _, call := range c.all {
		l = append(l, fmt.Sprintf("%s %s %s %d %s", call.Function, call.Service, call.Operation, call.Status, call.ErrorType))
	}
	return l
}

func start(t *testing.T, o aws.Options) (sdk.Config, *aws.Cloud) {
	t.Helper()
	if o.Clock == nil {
		o.Clock = clock.New(0)
	}
	cloud, err := aws.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cloud)
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return config(server.URL), cloud
}

// config leads the worker's clients, which ask once only, to the cloud at url.
func config(url string) sdk.Config {
	return sdk.Config{
		Region: aws.Region, BaseEndpoint: &url, AppID: "worker", RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(aws.AccessKeyID, aws.SecretAccessKey, ""),
	}
}

// makeTable makes a table with the key pk, a text.
func makeTable(t *testing.T, cfg sdk.Config, name string) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(cfg).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: dynamodbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: sdk.String("pk"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: sdk.String("pk"), KeyType: dynamodbtypes.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachServiceAnswersItsSDK(t *testing.T) {
	cfg, _ := start(t, aws.Options{})
	ctx := t.Context()
	if _, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, nil); err != nil {
		t.Errorf("dynamodb: %v", err)
	}
	if _, err := secretsmanager.NewFromConfig(cfg).ListSecrets(ctx, nil); err != nil {
		t.Errorf("secretsmanager: %v", err)
	}
	if _, err := sqs.NewFromConfig(cfg).ListQueues(ctx, nil); err != nil {
		t.Errorf("sqs: %v", err)
	}
}

func TestRefusalsBecomeTheSDKsErrors(t *testing.T) {
	cfg, _ := start(t, aws.Options{})
	_, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: sdk.String("none")})
	if missing := new(secretsmanagertypes.ResourceNotFoundException); !errors.As(err, &missing) || missing.ErrorMessage() == "" {
		t.Errorf("secretsmanager: got %v, want a ResourceNotFoundException with a message", err)
	}
	_, err = sqs.NewFromConfig(cfg).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: sdk.String("none")})
	missing := new(sqstypes.QueueDoesNotExist)
	if !errors.As(err, &missing) || missing.ErrorMessage() == "" || missing.ErrorCode() != "AWS.SimpleQueueService.NonExistentQueue" {
		t.Errorf("sqs: got %v, want a QueueDoesNotExist with a message and its older code", err)
	}
	_, err = dynamodb.NewFromConfig(cfg).DescribeBackup(t.Context(), &dynamodb.DescribeBackupInput{BackupArn: sdk.String(strings.Repeat("x", 40))})
	if refused := smithy.APIError(nil); !errors.As(err, &refused) {
		t.Errorf("dynamodb: got %v, want an API error", err)
	}
}

func TestQueueURLsNameTheHostTheyWereAskedAt(t *testing.T) {
	cfg, _ := start(t, aws.Options{})
	out, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("requests")})
	if err != nil {
		t.Fatal(err)
	}
	if want := *cfg.BaseEndpoint + "/000000000000/requests"; *out.QueueUrl != want {
		t.Errorf("got %s, want %s", *out.QueueUrl, want)
	}
}

func TestOnlyTheLocalCredentialsAreAccepted(t *testing.T) {
	cfg, _ := start(t, aws.Options{})
	for name, c := range map[string]struct {
		change func(*sdk.Config)
		want   string
	}{
		"another access key": {func(c *sdk.Config) {
			c.Credentials = credentials.NewStaticCredentialsProvider("AKIA", "local", "")
		}, "UnrecognizedClientException"},
		"another secret": {func(c *sdk.Config) {
			c.Credentials = credentials.NewStaticCredentialsProvider("local", "other", "")
		}, "InvalidSignatureException"},
		"another region": {func(c *sdk.Config) { c.Region = "eu-central-1" }, "InvalidSignatureException"},
		"no credentials": {func(c *sdk.Config) { c.Credentials = sdk.AnonymousCredentials{} }, "MissingAuthenticationTokenException"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := cfg.Copy()
			c.change(&changed)
			_, err := sqs.NewFromConfig(changed).ListQueues(t.Context(), nil)
			if got := code(err); got != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	t.Run("a session token is signed too", func(t *testing.T) {
		changed := cfg.Copy()
		changed.Credentials = credentials.NewStaticCredentialsProvider("local", "local", "session")
		if _, err := sqs.NewFromConfig(changed).ListQueues(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("a body changed on the way", func(t *testing.T) {
		changed := cfg.Copy()
		changed.HTTPClient = &http.Client{Transport: tamper{}}
		_, err := sqs.NewFromConfig(changed).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("mine")})
		if code(err) != "InvalidSignatureException" {
			t.Errorf("got %v, want InvalidSignatureException", err)
		}
	})
}

// tamper changes requests after they were signed.
type tamper struct{}

func (tamper) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	changed := r.Clone(r.Context())
	changed.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(body), "mine", "ours")))
	return http.DefaultTransport.RoundTrip(changed)
}

func code(err error) string {
	if refused := smithy.APIError(nil); errors.As(err, &refused) {
		return refused.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestWhatIsNotAWSIsRefused(t *testing.T) {
	cfg, _ := start(t, aws.Options{})
	resp, err := http.Get(*cfg.BaseEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 400 || !strings.Contains(string(body), "UnknownOperationException") {
		t.Errorf("got %d %s, %v", resp.StatusCode, body, err)
	}
}

func TestEachCallIsObservedWithItsFunction(t *testing.T) {
	var seen calls
	cfg, _ := start(t, aws.Options{Observe: seen.observe})
	queues := sqs.NewFromConfig(cfg)
	if _, err := queues.ListQueues(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := queues.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: sdk.String("none")}); err == nil {
		t.Fatal("a queue that does not exist has a URL")
	}
	got := strings.Join(seen.list(), "\n")
	if want := "worker sqs ListQueues 200 \nworker sqs GetQueueUrl 400 QueueDoesNotExist"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestClosingEndsLongPolls(t *testing.T) {
	cfg, cloud := start(t, aws.Options{})
	queues := sqs.NewFromConfig(cfg)
	q, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl, WaitTimeSeconds: 20})
		ended <- err
	}()
	if err := cloud.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a poll at a closed cloud was answered")
		}
	case <-time.After(5 * time.Second):
		t.Error("the poll goes on after Close")
	}
}
