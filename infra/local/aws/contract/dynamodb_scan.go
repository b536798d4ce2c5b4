package contract

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) scans(v *verdict) {
	in := s.newTable("scanned", []types.AttributeDefinition{attributeOf("pk", "S"), attributeOf("sk", "S")}, "pk", "sk")
	_, err := s.client.CreateTable(v.ctx, in)
	v.must(err)
	v.must(s.wait(v.ctx, in.TableName))
	want := map[string]bool{}
	for _, pk := range []string{"a", "b", "c"} {
		for _, sk := range []string{"1", "2", "3"} {
			_, err := s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: in.TableName, Item: with(pk, sk, item{"n": number(sk)})})
			v.must(err)
			want[show(with(pk, sk))] = true
		}
	}
	scan := &dynamodb.ScanInput{TableName: in.TableName, Limit: aws.Int32(2), ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("pk, sk")}
	pages := dynamodb.NewScanPaginator(s.client, scan)
	for pages.HasMorePages() {
		page, err := pages.NextPage(v.ctx)
		v.must(err)
		for _, i := range page.Items {
			if !want[show(i)] {
				v.errorf("got %s twice or out of nowhere", show(i))
			}
			delete(want, show(i))
		}
	}
	if len(want) > 0 {
		v.errorf("did not get %v", want)
	}
	out, err := s.client.Scan(v.ctx, &dynamodb.ScanInput{
		TableName: in.TableName, Select: types.SelectCount, ConsistentRead: aws.Bool(true), FilterExpression: aws.String("pk = :pk AND n > :n"), ExpressionAttributeValues: item{":pk": text("b"), ":n": number("1")},
	})
	v.must(err)
	if out.Count != 2 || out.ScannedCount != 9 {
		v.errorf("filtered: got %d of %d, want 2 of 9", out.Count, out.ScannedCount)
	}
}
