package sqs

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	account   = "000000000000"
	arnPrefix = "arn:aws:sqs:us-east-1:" + account + ":"
	// maxMessage is the largest message, and the largest batch of them, in bytes with the attributes.
	maxMessage = 1 << 20
	// maxVisibility is the longest a message can be in flight.
	maxVisibility = 12 * time.Hour
)

// settings is a queue's attributes, parsed; raw has those that were set, as GetQueueAttributes tells them.
type settings struct {
	raw        map[string]string
	delay      time.Duration
	visibility time.Duration
	retention  time.Duration
	wait       time.Duration
	largest    int
	redrive    *redrive
}

type redrive struct {
	target string // the name of the dead-letter queue
	after  int
}

// bounds of the attributes that are numbers, with their defaults.
var bounds = map[string]struct{ least, most, usual int }{
	"DelaySeconds":                  {0, 900, 0},
	"MaximumMessageSize":            {1024, maxMessage, maxMessage},
	"MessageRetentionPeriod":        {60, 1209600, 345600},
	"ReceiveMessageWaitTimeSeconds": {0, 20, 0},
	"VisibilityTimeout":             {0, 43200, 30},
}

// kept are attributes about encryption at rest: they change nothing that a client sees, and are told back.
var kept = []string{"KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "SqsManagedSseEnabled"}

// parseSettings checks attributes as CreateQueue and SetQueueAttributes take them.
func parseSettings(attributes map[string]string) (settings, error) {
	set := settings{raw: map[string]string{}}
	numbers := map[string]int{}
	for name, b := range bounds {
		numbers[name] = b.usual
		set.raw[name] = strconv.Itoa(b.usual)
	}
	for name, value := range attributes {
		b, isNumber := bounds[name]
		switch {
		case isNumber:
			n, err := strconv.Atoi(value)
			if err != nil || n < b.least || n > b.most {
				return settings{}, refuse("InvalidAttributeValue", "Invalid value for the parameter "+name+".")
			}
			numbers[name] = n
			set.raw[name] = strconv.Itoa(n)
		case name == "RedrivePolicy":
			r, canonical, err := parseRedrive(value)
			if err != nil {
				return settings{}, err
			}
			set.redrive = r
			if r != nil {
				set.raw[name] = canonical
			}
		case slices.Contains(kept, name):
			set.raw[name] = value
		default:
			return settings{}, refuse("InvalidAttributeName", "Unknown Attribute "+name+".")
		}
	}
	set.delay = seconds(numbers["DelaySeconds"])
	set.visibility = seconds(numbers["VisibilityTimeout"])
	set.retention = seconds(numbers["MessageRetentionPeriod"])
	set.wait = seconds(numbers["ReceiveMessageWaitTimeSeconds"])
	set.largest = numbers["MaximumMessageSize"]
	return set, nil
}

// parseRedrive takes the JSON of a redrive policy and returns it, and its JSON as it is told back. An empty policy ends redriving.
func parseRedrive(policy string) (*redrive, string, error) {
	if policy == "" {
		return nil, "", nil
	}
	bad := func(reason string) (*redrive, string, error) {
		return nil, "", refuseValue(policy, "RedrivePolicy", reason)
	}
	var p struct {
		DeadLetterTargetArn string          `json:"deadLetterTargetArn"`
		MaxReceiveCount     json.RawMessage `json:"maxReceiveCount"`
	}
	d := json.NewDecoder(strings.NewReader(policy))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return bad("it is not a JSON object of deadLetterTargetArn and maxReceiveCount")
	}
	target, ok := strings.CutPrefix(p.DeadLetterTargetArn, arnPrefix)
	if !ok {
		return bad("Invalid value for deadLetterTargetArn")
	}
	after, err := strconv.Atoi(string(bytes.Trim(p.MaxReceiveCount, `"`)))
	if err != nil || after < 1 || after > 1000 {
		return bad("Invalid value for maxReceiveCount: must be between 1 and 1000")
	}
	canonical, err := json.Marshal(map[string]any{"deadLetterTargetArn": p.DeadLetterTargetArn, "maxReceiveCount": after})
	if err != nil {
		return nil, "", err
	}
	return &redrive{target: target, after: after}, string(canonical), nil
}

// with returns the attributes that result from changing some of s's.
func (s settings) with(changes map[string]string) map[string]string {
	all := maps.Clone(s.raw)
	maps.Copy(all, changes)
	return all
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
