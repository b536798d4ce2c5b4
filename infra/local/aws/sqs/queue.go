package sqs

import (
	"cmp"
	"context"
	"encoding/base64"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// queue is changed by [Service.apply] only.
type queue struct {
	settings
	created, modified, purged time.Time
	messages                  []*message // in the order of sending
}

func (q *queue) index(id string) int {
	return slices.IndexFunc(q.messages, func(m *message) bool { return m.ID == id })
}

// outlived tells that m's retention is over. A redriven message keeps the time of its first sending.
func (q *queue) outlived(m *message, now time.Time) bool {
	return !now.Before(m.Sent.Add(q.retention))
}

// dropOutlived forgets the messages whose retention is over.
func (s *Service) dropOutlived(name string, q *queue) error {
	now := s.clock.Now()
	var ids []string
	for _, m := range q.messages {
		if q.outlived(m, now) {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return s.commit(record{Queue: name, Forget: ids, At: now})
}

// at returns the queue at a URL, on whatever host, and its name.
func (s *Service) at(queueURL string) (string, *queue, error) {
	if queueURL == "" {
		return "", nil, refuseMissing("QueueUrl")
	}
	u, err := url.Parse(queueURL)
	if err != nil || u.Host == "" {
		return "", nil, refuse("InvalidAddress", "The address "+queueURL+" is not valid for this endpoint.")
	}
	name, ok := strings.CutPrefix(u.Path, "/"+account+"/")
	q := s.queues[name]
	if !ok || q == nil {
		return "", nil, errNoQueue
	}
	return name, q, nil
}

// nameHeld is how long the name of a deleted queue can't be used again.
const nameHeld = time.Minute

var (
	errNoQueue = refuse("QueueDoesNotExist", "The specified queue does not exist.")

	validName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)
)

type createQueueRequest struct {
	QueueName  string
	Attributes map[string]string
}

type queueAnswer struct{ QueueUrl string }

func (s *Service) createQueue(ctx context.Context, in createQueueRequest) (*queueAnswer, error) {
	if !validName.MatchString(in.QueueName) {
		return nil, refuseValue(in.QueueName, "QueueName", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length (the local SQS has no FIFO queues)")
	}
	set, err := s.checkSettings(in.QueueName, in.Attributes)
	if err != nil {
		return nil, err
	}
	if q, ok := s.queues[in.QueueName]; ok {
		for name := range in.Attributes {
			if set.raw[name] != q.raw[name] {
				return nil, refuse("QueueNameExists", "A queue already exists with the same name and a different value for attribute "+name)
			}
		}
		return &queueAnswer{queueURL(ctx, in.QueueName)}, nil
	}
	now := s.clock.Now()
	if at, ok := s.deleted[in.QueueName]; ok && now.Sub(at) < nameHeld {
		return nil, refuse("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	if err := s.commit(record{Queue: in.QueueName, Set: set.raw, At: now}); err != nil {
		return nil, err
	}
	return &queueAnswer{queueURL(ctx, in.QueueName)}, nil
}

// checkSettings is parseSettings with what depends on other queues.
func (s *Service) checkSettings(name string, attributes map[string]string) (settings, error) {
	set, err := parseSettings(attributes)
	if err != nil {
		return settings{}, err
	}
	if set.redrive != nil && (s.queues[set.redrive.target] == nil || set.redrive.target == name) {
		return settings{}, refuseValue(attributes["RedrivePolicy"], "RedrivePolicy", "Dead letter target does not exist")
	}
	return set, nil
}

type getQueueURLRequest struct {
	QueueName              string
	QueueOwnerAWSAccountId string
}

func (s *Service) getQueueURL(ctx context.Context, in getQueueURLRequest) (*queueAnswer, error) {
	if s.queues[in.QueueName] == nil || cmp.Or(in.QueueOwnerAWSAccountId, account) != account {
		return nil, errNoQueue
	}
	return &queueAnswer{queueURL(ctx, in.QueueName)}, nil
}

type getQueueAttributesRequest struct {
	QueueUrl       string
	AttributeNames []string
}

type queueAttributes struct {
	Attributes map[string]string `json:",omitempty"`
}

func (s *Service) getQueueAttributes(_ context.Context, in getQueueAttributesRequest) (*queueAttributes, error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := s.dropOutlived(name, q); err != nil {
		return nil, err
	}
	all := maps.Clone(q.raw)
	all["QueueArn"] = arnPrefix + name
	all["CreatedTimestamp"] = strconv.FormatInt(q.created.Unix(), 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.modified.Unix(), 10)
	now := s.clock.Now()
	var visible, inFlight, delayed int
	for _, m := range q.messages {
		switch {
		case !m.VisibleAt.After(now):
			visible++
		case m.ReceivedHere > 0:
			inFlight++
		default:
			delayed++
		}
	}
	all["ApproximateNumberOfMessages"] = strconv.Itoa(visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(inFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(delayed)

	out := &queueAttributes{Attributes: map[string]string{}}
	for _, wanted := range in.AttributeNames {
		value, ok := all[wanted]
		switch {
		case wanted == "All":
			out.Attributes = all
			return out, nil
		case ok:
			out.Attributes[wanted] = value
		case wanted != "RedrivePolicy" && !slices.Contains(kept, wanted):
			return nil, refuse("InvalidAttributeName", "Unknown Attribute "+wanted+".")
		}
	}
	return out, nil
}

type setQueueAttributesRequest struct {
	QueueUrl   string
	Attributes map[string]string
}

func (s *Service) setQueueAttributes(_ context.Context, in setQueueAttributesRequest) (*nothing, error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if len(in.Attributes) == 0 {
		return nil, refuseMissing("Attribute.Name")
	}
	set, err := s.checkSettings(name, q.with(in.Attributes))
	if err != nil {
		return nil, err
	}
	return &nothing{}, s.commit(record{Queue: name, Set: set.raw, At: s.clock.Now()})
}

type listQueuesRequest struct {
	QueueNamePrefix string
	MaxResults      *int
	NextToken       string
}

type queueList struct {
	QueueUrls []string `json:",omitempty"`
	NextToken string   `json:",omitempty"`
}

func (s *Service) listQueues(ctx context.Context, in listQueuesRequest) (*queueList, error) {
	size := 1000
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 || size > 1000 {
		return nil, refuseValue(strconv.Itoa(size), "MaxResults", "must be between 1 and 1000")
	}
	after, err := base64.RawURLEncoding.DecodeString(in.NextToken)
	if err != nil {
		return nil, refuseValue(in.NextToken, "NextToken", "Invalid or expired next token")
	}
	out := &queueList{}
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		if name <= string(after) || !strings.HasPrefix(name, in.QueueNamePrefix) {
			continue
		}
		if len(out.QueueUrls) == size {
			// Without MaxResults the service tells the first 1000 and nothing of others.
			if in.MaxResults != nil {
				last := out.QueueUrls[size-1]
				out.NextToken = base64.RawURLEncoding.EncodeToString([]byte(last[strings.LastIndexByte(last, '/')+1:]))
			}
			break
		}
		out.QueueUrls = append(out.QueueUrls, queueURL(ctx, name))
	}
	return out, nil
}

type queueRequest struct{ QueueUrl string }

func (s *Service) purgeQueue(_ context.Context, in queueRequest) (*nothing, error) {
	name, q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if !q.purged.IsZero() && now.Sub(q.purged) < time.Minute {
		return nil, refuse("PurgeQueueInProgress", "Only one PurgeQueue operation on "+name+" is allowed every 60 seconds.")
	}
	return &nothing{}, s.commit(record{Queue: name, Purge: true, At: now})
}

func (s *Service) deleteQueue(_ context.Context, in queueRequest) (*nothing, error) {
	name, _, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &nothing{}, s.commit(record{Queue: name, Drop: true, At: s.clock.Now()})
}
