package world

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// EndsPasswords stores the policy of that version, under which app passwords work for so long at most; 0 is without an end.
func (w *World) EndsPasswords(version int, after time.Duration) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	table := w.Table("SettingsTable")
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: fmt.Sprintf("%08d", version)},
		"v": &types.AttributeValueMemberN{Value: "1"}, "link_life": &types.AttributeValueMemberN{Value: "900"},
		"lifetime": &types.AttributeValueMemberN{Value: strconv.Itoa(int(after.Seconds()))}, "guests": &types.AttributeValueMemberBOOL{Value: false},
	}})
	if err != nil {
		w.t.Fatalf("store a policy: %v", err)
	}
}
