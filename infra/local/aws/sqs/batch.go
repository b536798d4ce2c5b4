package sqs

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

type batchAnswer[R any] struct {
	Successful []R       `json:",omitempty"`
	Failed     []failure `json:",omitempty"`
}

type failure struct {
	Id          string
	SenderFault bool
	Code        string
	Message     string
}

// done is the answer about an entry that has nothing else to tell.
type done struct{ Id string }

// batch does each entry of a batch by itself: the service's refusals go into the answer.
func batch[E interface{ id() string }, R any](action string, entries []E, do func(E) (R, error)) (*batchAnswer[R], error) {
	switch {
	case len(entries) == 0:
		return nil, refuse("EmptyBatchRequest", "There should be at least one "+action+"BatchRequestEntry in the request.")
	case len(entries) > 10:
		return nil, refuse("TooManyEntriesInBatchRequest", fmt.Sprintf("Maximum number of entries per request are 10. You have sent %d.", len(entries)))
	}
	seen := map[string]bool{}
	for _, e := range entries {
		if !entryID.MatchString(e.id()) {
			return nil, refuse("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[e.id()] {
			return nil, refuse("BatchEntryIdsNotDistinct", "Id "+e.id()+" repeated.")
		}
		seen[e.id()] = true
	}
	out := &batchAnswer[R]{}
	for _, e := range entries {
		r, err := do(e)
		var refused *awsjson.Error
		switch {
		case err == nil:
			out.Successful = append(out.Successful, r)
		case errors.As(err, &refused):
			out.Failed = append(out.Failed, failure{Id: e.id(), SenderFault: refused.Status < 500, Code: QueryErrorCode(refused.Type), Message: refused.Message})
		default:
			return nil, err
		}
	}
	return out, nil
}
