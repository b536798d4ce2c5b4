package dynamodb_test

import (
	"net/http/httptest"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/clock"
)

// connect serves an engine in memory by the whole local AWS.
func connect(t testing.TB) (*client.Client, *aws.Cloud) {
	t.Helper()
	cloud, err := aws.New(aws.Options{Clock: clock.New(0)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cloud)
	t.Cleanup(func() {
		server.Close()
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return client.NewFromConfig(sdk.Config{
		Region: aws.Region, BaseEndpoint: sdk.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider(aws.AccessKeyID, aws.SecretAccessKey, ""),
	}), cloud
}

// BenchmarkGetItemOverHTTP is the SDK and the listener in one process: both sides' work.
func BenchmarkGetItemOverHTTP(b *testing.B) {
	db, cloud := connect(b)
	s := &stage{b, nil, cloud.DynamoDB()}
	s.table()
	s.put("1", `,"a":{"S":"some value"},"until":{"N":"1790000000"},"services":{"L":[{"S":"imap"},{"S":"smtp"}]}`)
	in := &client.GetItemInput{TableName: sdk.String("tab"), ConsistentRead: sdk.Bool(true), Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "p"}, "sk": &types.AttributeValueMemberS{Value: "1"},
	}}
	for b.Loop() {
		if out, err := db.GetItem(b.Context(), in); err != nil || len(out.Item) != 5 {
			b.Fatal(out, err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "gets/s")
}
