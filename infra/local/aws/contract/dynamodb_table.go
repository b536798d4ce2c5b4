package contract

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s tableSuite) tables() []behaviour {
	return []behaviour{
		{"a table is described as it was made", s.described},
		{"tables are listed by page", s.listed},
		{"a deleted table is gone", s.deleted},
		{"a table is made once", s.madeOnce},
		{"a table that is not there is not found", s.noTable},
		{"keys must be defined, and definitions used", s.badSchema},
		{"time to live is set once, and told", s.timeToLive},
		{"point-in-time recovery is set and told", s.recovery},
	}
}

func (s tableSuite) described(v *verdict) {
	out, err := s.client.DescribeTable(v.ctx, &dynamodb.DescribeTableInput{TableName: s.name("main")})
	v.must(err)
	d := out.Table
	if *d.TableName != *s.name("main") || d.TableStatus != types.TableStatusActive || d.TableArn == nil || d.CreationDateTime == nil {
		v.errorf("got %s, %s, %v, made at %v", *d.TableName, d.TableStatus, d.TableArn, d.CreationDateTime)
	}
	if d.BillingModeSummary == nil || d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest {
		v.errorf("got billing %v", d.BillingModeSummary)
	}
	if len(d.KeySchema) != 2 || *d.KeySchema[0].AttributeName != "pk" || d.KeySchema[1].KeyType != types.KeyTypeRange || len(d.AttributeDefinitions) != 5 {
		v.errorf("got %d keys and %d definitions", len(d.KeySchema), len(d.AttributeDefinitions))
	}
	if len(d.GlobalSecondaryIndexes) != 2 {
		v.fatalf("got %d indexes, want 2", len(d.GlobalSecondaryIndexes))
	}
	for _, i := range d.GlobalSecondaryIndexes {
		if *i.IndexName == "state" && (!slices.Equal(i.Projection.NonKeyAttributes, []string{"note"}) || len(i.KeySchema) != 2 || i.IndexStatus != types.IndexStatusActive) {
			v.errorf("got index %v %v %s", i.Projection.NonKeyAttributes, i.KeySchema, i.IndexStatus)
		}
	}
}

func (s tableSuite) listed(v *verdict) {
	want := []string{*s.name("main"), *s.name("single"), *s.name("typed")}
	from := s.prefix
	for n, name := range want {
		out, err := s.client.ListTables(v.ctx, &dynamodb.ListTablesInput{ExclusiveStartTableName: &from, Limit: aws.Int32(1)})
		v.must(err)
		for len(out.TableNames) == 1 && !slices.Contains(want, out.TableNames[0]) { // another behaviour's
			from = out.TableNames[0]
			out, err = s.client.ListTables(v.ctx, &dynamodb.ListTablesInput{ExclusiveStartTableName: &from, Limit: aws.Int32(1)})
			v.must(err)
		}
		if len(out.TableNames) != 1 || out.TableNames[0] != name {
			v.fatalf("page %d: got %v, want %s", n, out.TableNames, name)
		}
		from = name
	}
}

func (s tableSuite) deleted(v *verdict) {
	in := s.newTable("deleted", []types.AttributeDefinition{attributeOf("pk", "S")}, "pk")
	_, err := s.client.CreateTable(v.ctx, in)
	v.must(err)
	v.must(s.wait(v.ctx, in.TableName))
	_, err = s.client.DeleteTable(v.ctx, &dynamodb.DeleteTableInput{TableName: in.TableName})
	v.must(err)
	v.eventually("the table is gone", func() bool {
		_, err = s.client.DescribeTable(v.ctx, &dynamodb.DescribeTableInput{TableName: in.TableName})
		return err != nil
	})
	v.refused(err, "ResourceNotFoundException")
}

func (s tableSuite) madeOnce(v *verdict) {
	_, err := s.client.CreateTable(v.ctx, s.newTable("single", []types.AttributeDefinition{attributeOf("pk", "S")}, "pk"))
	v.refused(err, "ResourceInUseException")
}

func (s tableSuite) noTable(v *verdict) {
	name := s.name("none")
	_, err := s.client.DescribeTable(v.ctx, &dynamodb.DescribeTableInput{TableName: name})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.GetItem(v.ctx, &dynamodb.GetItemInput{TableName: name, Key: item{"pk": text("x")}})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.PutItem(v.ctx, &dynamodb.PutItemInput{TableName: name, Item: item{"pk": text("x")}})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.Scan(v.ctx, &dynamodb.ScanInput{TableName: name})
	v.refused(err, "ResourceNotFoundException")
	_, err = s.client.DeleteTable(v.ctx, &dynamodb.DeleteTableInput{TableName: name})
	v.refused(err, "ResourceNotFoundException")
}

func (s tableSuite) badSchema(v *verdict) {
	pk := []types.AttributeDefinition{attributeOf("pk", "S")}
	unused := append(slices.Clone(pk), attributeOf("other", "S"))
	backwards := s.newTable("bad", pk, "pk")
	backwards.KeySchema[0].KeyType = types.KeyTypeRange
	index := s.newTable("bad", pk, "pk")
	index.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{
		IndexName: aws.String("index"), KeySchema: keyOf("undefined"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
	}}
	for _, in := range []*dynamodb.CreateTableInput{s.newTable("bad", pk, "undefined"), s.newTable("bad", unused, "pk"), backwards, index} {
		_, err := s.client.CreateTable(v.ctx, in)
		v.refused(err, "ValidationException")
	}
	long := s.newTable("bad", pk, "pk")
	long.TableName = aws.String(strings.Repeat("x", 256))
	_, err := s.client.CreateTable(v.ctx, long)
	v.refused(err, "ValidationException")
}

func (s tableSuite) timeToLive(v *verdict) {
	set := func(attribute string, on bool) error {
		_, err := s.client.UpdateTimeToLive(v.ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName: s.name("single"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: &on},
		})
		return err
	}
	status := func() (types.TimeToLiveStatus, string) {
		out, err := s.client.DescribeTimeToLive(v.ctx, &dynamodb.DescribeTimeToLiveInput{TableName: s.name("single")})
		v.must(err)
		return out.TimeToLiveDescription.TimeToLiveStatus, aws.ToString(out.TimeToLiveDescription.AttributeName)
	}
	if is, _ := status(); is != types.TimeToLiveStatusDisabled {
		v.errorf("in the beginning: got %s", is)
	}
	v.must(set("ttl", true))
	v.eventually("time to live is on", func() bool { is, by := status(); return is == types.TimeToLiveStatusEnabled && by == "ttl" })
	v.refused(set("ttl", true), "ValidationException")
}

func (s tableSuite) recovery(v *verdict) {
	out, err := s.client.UpdateContinuousBackups(v.ctx, &dynamodb.UpdateContinuousBackupsInput{
		TableName: s.name("typed"), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	})
	v.must(err)
	if got := out.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus; got != types.PointInTimeRecoveryStatusEnabled {
		v.errorf("got %s, want ENABLED", got)
	}
	told, err := s.client.DescribeContinuousBackups(v.ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: s.name("typed")})
	v.must(err)
	d := told.ContinuousBackupsDescription
	if d.ContinuousBackupsStatus != types.ContinuousBackupsStatusEnabled || d.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus != types.PointInTimeRecoveryStatusEnabled {
		v.errorf("got %s and %s", d.ContinuousBackupsStatus, d.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus)
	}
	_, err = s.client.DescribeContinuousBackups(v.ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: s.name("none")})
	v.refused(err, "TableNotFoundException")
}
