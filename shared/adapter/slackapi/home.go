package slackapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// ErrNoHome reports a person who can be shown no home tab: unknown to Slack, or of an app whose home tab is off.
var ErrNoHome = errors.New("there is no home tab")

// PublishHome shows a person their home tab; [ErrNoHome] where they have none.
func (c *Client) PublishHome(ctx context.Context, to string, v slack.HomeTabViewRequest) error {
	api, err := c.bot(ctx)
	if err != nil {
		return err
	}
	_, err = api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: to, View: v})
	if homeless(err) {
		return fmt.Errorf("%w: %s", ErrNoHome, code(err))
	}
	return c.told(ctx, "views.publish", err)
}

// homeless reports the errors that say of the app or of the person, and not of the view, that there is no home tab, see
// https://docs.slack.dev/reference/methods/views.publish.
func homeless(err error) bool {
	said, _ := errors.AsType[slack.SlackErrorResponse](err)
	return said.Err == "not_enabled" || said.Err == "invalid_arguments" &&
		slices.ContainsFunc(said.ResponseMetadata.Messages, func(m string) bool { return strings.Contains(m, "user_id") })
}
