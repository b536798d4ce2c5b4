package slackapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/problem"
)

// Replace puts m in the place of the message that a response URL belongs to. The URL is good for 30 minutes and 5 uses; when it is
// over, nothing is shown and there is no error: the person is gone. One of another host than Slack's is [ErrHost].
//
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
func (c *Client) Replace(ctx context.Context, responseURL string, m Message) error {
	u, err := url.Parse(responseURL)
	if err != nil || u.Host != c.hooks || !secure(u) {
		return ErrHost
	}
	body, err := json.Marshal(slack.WebhookMessage{
		Text: slackutilsx.EscapeMessage(m.Text), Blocks: &slack.Blocks{BlockSet: m.Blocks}, ReplaceOriginal: true, ResponseType: slack.ResponseTypeEphemeral,
	})
	if err != nil {
		return fmt.Errorf("marshal a message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(body))
	if err != nil {
		return ErrHost
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(request)
	if err != nil {
		return problem.Passing("answer to a response URL", withoutURL(err))
	}
	defer answer.Body.Close()
	// Read to the end, so that the connection can be used again.
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	switch {
	case answer.StatusCode == http.StatusTooManyRequests:
		after, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil {
			after = 1
		}
		return &job.Later{After: time.Duration(after) * time.Second, Err: problem.Passing("answer to a response URL", fmt.Errorf("status %d", answer.StatusCode))}
	case answer.StatusCode >= http.StatusInternalServerError, answer.StatusCode >= 300 && answer.StatusCode < 400:
		return problem.Passing("answer to a response URL", fmt.Errorf("status %d", answer.StatusCode))
	}
	return nil // a 4xx is a URL that is used up or over
}
