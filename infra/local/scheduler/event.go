package scheduler

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/template"
)

// detail is the service's own event, for a schedule that declares no input.
type detail struct {
	Version    string    `json:"version"`
	ID         string    `json:"id"`
	DetailType string    `json:"detail-type"`
	Source     string    `json:"source"`
	Account    string    `json:"account"`
	Time       string    `json:"time"`
	Region     string    `json:"region"`
	Resources  [1]string `json:"resources"`
	Detail     any       `json:"detail"` // an object of a rule, but the text "{}" of a schedule
}

// event is what the function is invoked with for a time. All attempts get the same.
func (s *schedule) event(at time.Time) []byte {
	scheduled := at.UTC().Format(time.RFC3339)
	if s.Input == "" {
		d := detail{
			Version: "0", ID: id(), DetailType: "Scheduled Event", Source: "aws.scheduler", Account: template.Account,
			Time: scheduled, Region: template.Region, Resources: [1]string{s.arn()}, Detail: "{}",
		}
		if s.Rule {
			d.Source, d.Detail = "aws.events", struct{}{}
		}
		event, err := json.Marshal(d)
		if err != nil {
			return nil // texts always marshal
		}
		return event
	}
	if s.Rule {
		return []byte(s.Input)
	}
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
	return []byte(strings.NewReplacer(
		"<aws.scheduler.schedule-arn>", s.arn(),
		"<aws.scheduler.scheduled-time>", scheduled,
		"<aws.scheduler.execution-id>", hex.EncodeToString(random(8)),
		"<aws.scheduler.attempt-number>", "1", // Scheduler's: Lambda took it at once; what Lambda makes again is the same event
	).Replace(s.Input))
}

func (s *schedule) arn() string {
	resource := "scheduler:" + template.Region + ":" + template.Account + ":schedule/default/"
	if s.Rule {
		resource = "events:" + template.Region + ":" + template.Account + ":rule/"
	}
	return "arn:aws:" + resource + s.Name
}

func id() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // RFC 9562 §5.4
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
