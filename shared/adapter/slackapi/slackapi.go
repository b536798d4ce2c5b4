// Package slackapi asks and tells Slack, by its Web API and by response URLs.
//
// # What is promised
//
// No token, response URL or content of a message is ever in an error. Each call has a deadline. Slack's wish to be asked later is a
// [job.Later]; all else that passes is [problem.ErrUnavailable]. Nothing is tried again here: in front of an acknowledgement there is no
// time for it, and behind one the queue does it.
//
// # What may be changed here
//
// A further method of Slack's is a method of [Client] that turns Slack's error codes into problems. What people see is built by package
// slackui, and what is done about an error is decided by whoever calls.
package slackapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
)

var (
	// ErrViewGone reports a view that the person has closed.
	ErrViewGone = errors.New("the view is closed")
	// ErrViewChanged reports a view that was changed meanwhile.
	ErrViewChanged = errors.New("the view was changed meanwhile")
	// ErrTriggerGone reports a trigger that is older than 3 seconds or was used.
	ErrTriggerGone = problem.New(problem.Gone, "trigger.over")
	// ErrNobody reports a person who can't be written to: deactivated, or unknown to Slack. Trying again does not help.
	ErrNobody = errors.New("the person can't be written to")
	// ErrHost reports a URL that is not Slack's.
	ErrHost = errors.New("not a host of Slack's")
)

// timeout bounds a call for which the context allows more.
const timeout = 10 * time.Second

// Tokens gives the bot's token.
type Tokens interface {
	Current(ctx context.Context) (string, error)
	// Again is the token as it is stored now, for who finds the current one refused.
	Again(ctx context.Context) (string, error)
}

// Client is apppass as a Slack app.
type Client struct {
	tokens Tokens
	api    string
	hooks  string
	http   *http.Client
}

var _ issue.Directory = (*Client)(nil)

// New returns a client. api is the base of the Web API, "https://slack.com/api/"; hooks is the host of response URLs,
// "hooks.slack.com". Only a loopback address may go without TLS; another is [ErrHost].
func New(tokens Tokens, api, hooks string) (*Client, error) {
	base, err := url.Parse(api)
	if err != nil || !secure(base) {
		return nil, fmt.Errorf("Slack's API at %q needs https: %w", api, ErrHost)
	}
	return &Client{tokens: tokens, api: api, hooks: hooks, http: &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// secure reports https, or a loopback address.
func secure(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" || u.Hostname() == "::1")
}

// Account is what Slack says about a person now.
func (c *Client) Account(ctx context.Context, id string) (person.Account, error) {
	api, err := c.bot(ctx)
	if err != nil {
		return person.Account{}, err
	}
	u, err := api.GetUserInfoContext(ctx, id)
	if code(err) == "user_not_found" || code(err) == "user_not_visible" {
		return person.Account{Owner: credential.Owner{Person: id}, Unknown: true}, nil
	}
	if err != nil {
		return person.Account{}, c.told(ctx, "users.info", err)
	}
	return person.Account{
		Owner: credential.Owner{Team: u.TeamID, Person: u.ID}, Email: u.Profile.Email, EmailConfirmed: u.IsEmailConfirmed, Deleted: u.Deleted,
		Bot: u.IsBot || u.IsAppUser, Stranger: u.IsStranger, Guest: u.IsRestricted || u.IsUltraRestricted,
		Locale: u.Locale, Zone: u.TZ,
	}, nil
}

// OpenView opens a modal for whoever caused the trigger, and returns its id; [ErrTriggerGone] where that was too long ago.
func (c *Client) OpenView(ctx context.Context, trigger string, v slack.ModalViewRequest) (id string, err error) {
	api, err := c.bot(ctx)
	if err != nil {
		return "", err
	}
	opened, err := api.OpenViewContext(ctx, trigger, v)
	switch code(err) {
	case "expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id":
		return "", ErrTriggerGone
	}
	if err != nil {
		return "", c.told(ctx, "views.open", err)
	}
	return opened.ID, nil
}

// UpdateView changes an open modal; [ErrViewGone] where it is closed. With a hash only if it still is as it was under that hash, else
// [ErrViewChanged]; an empty hash is any.
func (c *Client) UpdateView(ctx context.Context, id, hash string, v slack.ModalViewRequest) error {
	api, err := c.bot(ctx)
	if err != nil {
		return err
	}
	_, err = api.UpdateViewContext(ctx, v, "", hash, id)
	switch code(err) {
	case "not_found", "view_not_found":
		return ErrViewGone
	case "hash_conflict":
		return ErrViewChanged
	}
	return c.told(ctx, "views.update", err)
}

// Message is what a person reads: text is for notifications and screen readers and holds nothing secret.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// DirectMessage writes to a person, and returns where the message stands; [ErrNobody] where they can't be written to.
func (c *Client) DirectMessage(ctx context.Context, to string, m Message) (channel, ts string, err error) {
	api, err := c.bot(ctx)
	if err != nil {
		return "", "", err
	}
	channel, ts, err = api.PostMessageContext(ctx, to, slack.MsgOptionText(m.Text, true), slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	switch code(err) {
	case "channel_not_found", "user_not_found":
		return "", "", ErrNobody
	}
	return channel, ts, c.told(ctx, "chat.postMessage", err)
}

// UpdateMessage changes a message of the app's; one that is deleted is no error.
func (c *Client) UpdateMessage(ctx context.Context, channel, ts string, m Message) error {
	api, err := c.bot(ctx)
	if err != nil {
		return err
	}
	_, _, _, err = api.UpdateMessageContext(ctx, channel, ts, slack.MsgOptionText(m.Text, true), slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if code(err) == "message_not_found" || code(err) == "channel_not_found" {
		return nil
	}
	return c.told(ctx, "chat.update", err)
}

func (c *Client) bot(ctx context.Context) (*slack.Client, error) {
	token, err := c.tokens.Current(ctx)
	if err != nil {
		return nil, err
	}
	return slack.New(token, slack.OptionAPIURL(c.api), slack.OptionHTTPClient(c.http)), nil
}

// code is Slack's word for an error, "not_found".
func code(err error) string {
	if said, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return said.Err
	}
	return ""
}

// told says what Slack has answered, without the address that was asked.
func (c *Client) told(ctx context.Context, method string, err error) error {
	switch code(err) {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired":
		// An operator may have written a new one; whoever tries again has it.
		_, again := c.tokens.Again(ctx)
		return problem.Passing("ask Slack for "+method, errors.Join(err, again))
	}
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &job.Later{After: limited.RetryAfter, Err: problem.Passing("ask Slack for "+method, errors.New("too many requests"))}
	}
	return problem.Passing("ask Slack for "+method, withoutURL(err))
}

// withoutURL drops the address from an HTTP client's error: a response URL is a bearer token.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}
