package slackapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/reconcile"
)

var _ reconcile.Roster = (*Client)(nil)

// pageSize is how many people are asked for at a time, see https://docs.slack.dev/apis/web-api/pagination.
const pageSize = 200

// Team is the id of the workspace that the token is of.
func (c *Client) Team(ctx context.Context) (string, error) {
	api, err := c.bot(ctx)
	if err != nil {
		return "", err
	}
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return "", c.told(ctx, "auth.test", err)
	}
	return who.TeamID, nil
}

// list is as much of an answer of users.list as is needed. A page without its metadata is not whole: also the last one says that there is no
// further one.
type list struct {
	OK      bool
	Error   string
	Members []struct {
		ID              string
		Deleted         bool
		Bot             bool `json:"is_bot"`
		Restricted      bool `json:"is_restricted"`
		UltraRestricted bool `json:"is_ultra_restricted"`
	}
	Metadata *struct {
		NextCursor *string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// Members is a page of the workspace's people, those included who have left, without bots, see [reconcile.Roster]. slack-go's own call takes
// a page that lacks its cursor for the last one, and waits where Slack wants to be asked later.
func (c *Client) Members(ctx context.Context, cursor string) ([]reconcile.Member, string, error) {
	const method = "users.list"
	l, err := c.list(ctx, method, cursor)
	if err != nil {
		return nil, "", c.told(ctx, method, err)
	}
	if l.Members == nil || l.Metadata == nil || l.Metadata.NextCursor == nil {
		return nil, "", problem.Passing("ask Slack for "+method, errors.New("the page is not whole"))
	}
	members := make([]reconcile.Member, 0, len(l.Members))
	for _, m := range l.Members {
		if m.ID != "" && !m.Bot {
			members = append(members, reconcile.Member{ID: m.ID, Deleted: m.Deleted, Guest: m.Restricted || m.UltraRestricted})
		}
	}
	return members, *l.Metadata.NextCursor, nil
}

// list asks for a page. Its errors are those that slack-go has.
func (c *Client) list(ctx context.Context, method, cursor string) (l list, err error) {
	token, err := c.tokens.Current(ctx)
	if err != nil {
		return l, err
	}
	form := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if cursor != "" {
		form.Set("cursor", cursor)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+method, strings.NewReader(form.Encode()))
	if err != nil {
		return l, errors.New("the address is none")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := c.http.Do(request)
	if err != nil {
		return l, err
	}
	defer func() { _ = answer.Body.Close() }()
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusTooManyRequests:
		seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if err != nil || seconds < 0 {
			seconds = 30
		}
		return l, &slack.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
	default:
		return l, fmt.Errorf("status %d", answer.StatusCode)
	}
	if err := json.NewDecoder(answer.Body).Decode(&l); err != nil {
		return list{}, errors.New("the answer can't be read") // the decoder's error may quote it
	}
	if !l.OK {
		return list{}, slack.SlackErrorResponse{Err: l.Error}
	}
	return l, nil
}
