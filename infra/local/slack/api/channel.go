package api

import "strings"

// channel is where messages stand: General, or the direct messages of one person with the app.
type channel struct {
	ID, Name string
	// Person is the one of direct messages; nil in a channel.
	Person *person
}

// direct is a person's direct messages with the app.
func direct(p *person) channel { return channel{ID: "D" + p.ID[1:], Name: "directmessage", Person: p} }

// channel finds a channel by its id.
func (w *Workspace) channel(id string) (channel, bool) {
	if id == General {
		return channel{ID: General, Name: "general"}, true
	}
	if letters, ok := strings.CutPrefix(id, "D"); ok {
		for _, p := range w.people {
			if p.ID[1:] == letters {
				return direct(p), true
			}
		}
	}
	return channel{}, false
}

// postable finds where a message can be posted by what an app may say: a channel's id or name, or a person's id for their
// direct messages. Whoever left can't be written to (that Slack says channel_not_found then is from memory).
func (w *Workspace) postable(said string) (channel, error) {
	if p, ok := w.person(said); ok && !p.Deleted && !p.Bot && !p.Stranger {
		return direct(p), nil
	}
	if strings.TrimPrefix(said, "#") == "general" {
		said = General
	}
	if c, ok := w.channel(said); ok && (c.Person == nil || !c.Person.Deleted) {
		return c, nil
	}
	return channel{}, refuse("channel_not_found", "there is no channel %q", said)
}

// seenBy says whether a person sees what stands in the channel.
func (c channel) seenBy(p *person) bool { return c.Person == nil || c.Person.ID == p.ID }

func (w *Workspace) conversationsOpen(a args) (map[string]any, error) {
	p, ok := w.person(a.text("users"))
	switch {
	case a.text("channel") != "":
		c, known := w.channel(a.text("channel"))
		if !known || c.Person == nil {
			return nil, refuse("channel_not_found", "there are no direct messages %q", a.text("channel"))
		}
		p = c.Person
	case a.text("users") == "":
		return nil, refuse("users_list_not_supplied", "there is neither users nor channel")
	case strings.Contains(a.text("users"), ","):
		return nil, refuse("invalid_arguments", "messages of several people are not played")
	case !ok || p.Bot:
		return nil, refuse("user_not_found", "there is no person %q", a.text("users"))
	case p.Deleted:
		return nil, refuse("user_disabled", "%s is deactivated", p.ID)
	}
	c := map[string]any{"id": direct(p).ID}
	if a.text("return_im") == "true" {
		c = w.conversation(direct(p))
	}
	return map[string]any{"channel": c, "no_op": true, "already_open": true}, nil
}

func (w *Workspace) conversationsInfo(a args) (map[string]any, error) {
	c, ok := w.channel(a.text("channel"))
	if !ok {
		return nil, refuse("channel_not_found", "there is no channel %q", a.text("channel"))
	}
	if c.Person != nil && !w.granted("im:read") {
		return nil, &refusal{Code: "missing_scope", More: map[string]any{
			"needed": "im:read", "provided": strings.Join(w.options.Scopes, ","),
		}}
	}
	return map[string]any{"channel": w.conversation(c)}, nil
}

func (w *Workspace) conversation(c channel) map[string]any {
	if c.Person != nil {
		return map[string]any{"id": c.ID, "is_im": true, "is_org_shared": false, "user": c.Person.ID, "is_user_deleted": c.Person.Deleted, "priority": 0}
	}
	return map[string]any{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "is_channel": true, "is_general": true, "is_private": false,
		"is_archived": false, "is_im": false, "is_mpim": false, "is_member": true, "creator": slackbotID, "context_team_id": w.options.TeamID,
	}
}
