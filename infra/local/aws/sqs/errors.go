package sqs

import (
	"strings"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

const namespace = "com.amazonaws.sqs#"

// older is what the errors were called when SQS spoke the query protocol, where that differs.
var older = map[string]string{
	"BatchEntryIdsNotDistinct":     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
	"BatchRequestTooLong":          "AWS.SimpleQueueService.BatchRequestTooLong",
	"EmptyBatchRequest":            "AWS.SimpleQueueService.EmptyBatchRequest",
	"InvalidBatchEntryId":          "AWS.SimpleQueueService.InvalidBatchEntryId",
	"MessageNotInflight":           "AWS.SimpleQueueService.MessageNotInflight",
	"PurgeQueueInProgress":         "AWS.SimpleQueueService.PurgeQueueInProgress",
	"QueueDeletedRecently":         "AWS.SimpleQueueService.QueueDeletedRecently",
	"QueueDoesNotExist":            "AWS.SimpleQueueService.NonExistentQueue",
	"QueueNameExists":              "QueueAlreadyExists",
	"TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
	"UnsupportedOperation":         "AWS.SimpleQueueService.UnsupportedOperation",
}

// QueryErrorCode is the code for errorType (with or without its namespace) that belongs into the header x-amzn-query-error,
// by which SDKs keep the codes they had.
func QueryErrorCode(errorType string) string {
	errorType = strings.TrimPrefix(errorType, namespace)
	if code, ok := older[errorType]; ok {
		return code
	}
	return errorType
}

func refuse(errorType, message string) error {
	return awsjson.Refuse(namespace+errorType, message)
}

// refuseValue refuses a parameter. This error, and a missing one, are not modelled: they have no namespace.
func refuseValue(value, parameter, reason string) error {
	return awsjson.Refuse("InvalidParameterValue", "Value "+value+" for parameter "+parameter+" is invalid. Reason: "+reason+".")
}

func refuseMissing(parameter string) error {
	return awsjson.Refuse("MissingParameter", "The request must contain the parameter "+parameter+".")
}
