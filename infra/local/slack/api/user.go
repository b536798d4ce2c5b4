package api

import (
	"cmp"
	"encoding/base64"
	"strings"
	"time"
)

// slackbotID is Slack's own bot, which is no bot in users.list: is_bot is false.
const slackbotID = "USLACKBOT"

// user is a person as the app gets them (https://docs.slack.dev/reference/objects/user-object/).
func (w *Workspace) user(p *person, locale bool) map[string]any {
	profile := map[string]any{
		"real_name": p.Name, "real_name_normalized": p.Name, "display_name": handle(p.Name), "display_name_normalized": handle(p.Name),
		"first_name": p.Name, "last_name": "", "title": "", "phone": "", "skype": "", "fields": nil,
		"status_text": "", "status_emoji": "", "status_expiration": 0, "status_text_canonical": "",
		"avatar_hash": "g0000000000", "team": w.teamOf(p),
	}
	for _, size := range []string{"24", "32", "48", "72", "192", "512"} {
		profile["image_"+size] = "https://secure.gravatar.com/avatar/00000000000000000000000000000000.jpg?s=" + size
	}
	if w.granted("users:read.email") && p.Email != "" && !p.Bot {
		profile["email"] = p.Email
	}
	if p.Bot {
		profile["bot_id"], profile["api_app_id"] = "B"+p.ID[1:], ""
	}
	u := map[string]any{
		"id": p.ID, "team_id": w.teamOf(p), "name": handle(p.Name), "deleted": p.Deleted, "profile": profile,
		"is_bot": p.Bot, "is_app_user": false, "updated": p.Updated,
	}
	if p.Stranger {
		u["is_stranger"] = true
	}
	if p.Deleted { // Slack tells no more of those who left
		return u
	}
	zone, offset := w.zone(p)
	for name, v := range map[string]any{
		"color": "9f69e7", "real_name": p.Name, "tz": p.TZ, "tz_label": zone, "tz_offset": offset,
		"is_admin": p.Admin, "is_owner": p.Admin, "is_primary_owner": false, "is_restricted": p.Guest, "is_ultra_restricted": false,
		"is_email_confirmed": !p.Unconfirmed, "who_can_share_contact_card": "EVERYONE",
	} {
		u[name] = v
	}
	if locale {
		u["locale"] = p.Locale
	}
	return u
}

func (w *Workspace) teamOf(p *person) string {
	if p.Stranger {
		return "TSTRANGE"
	}
	return w.options.TeamID
}

// zone is the name of a person's time zone now, and its offset in seconds.
func (w *Workspace) zone(p *person) (name string, offset int) {
	at, err := time.LoadLocation(p.TZ)
	if err != nil { // can't be: it was loaded when the person was changed
		at = time.UTC
	}
	return w.now().In(at).Zone()
}

// everyone is the people, the app's own bot and Slackbot.
func (w *Workspace) everyone() []*person {
	return append(w.people[:len(w.people):len(w.people)],
		&person{ID: BotUserID, Name: "apppass", TZ: "UTC", Locale: "en-US", Bot: true},
		&person{ID: slackbotID, Name: "slackbot", TZ: "UTC", Locale: "en-US"},
	)
}

func (w *Workspace) usersInfo(a args) (map[string]any, error) {
	for _, p := range w.everyone() {
		if p.ID == a.text("user") {
			return map[string]any{"user": w.user(p, a.text("include_locale") == "true")}, nil
		}
	}
	return nil, refuse("user_not_found", "there is no user %q", a.text("user"))
}

// usersList pages through everyone by id of the next one (https://docs.slack.dev/apis/web-api/pagination/).
func (w *Workspace) usersList(a args) (map[string]any, error) {
	all := w.everyone()
	limit, err := a.number("limit", 0, 1000)
	if err != nil {
		return nil, err
	}
	begin := 0
	if cursor := a.text("cursor"); cursor != "" {
		decoded, err := base64.StdEncoding.DecodeString(cursor)
		id, ok := strings.CutPrefix(string(decoded), "user:")
		for begin = 0; begin < len(all) && all[begin].ID != id; begin++ {
		}
		if err != nil || !ok || begin == len(all) {
			return nil, refuse("invalid_cursor", "%q is no cursor of users.list", cursor)
		}
	}
	end := min(begin+cmp.Or(limit, 1000), len(all))
	next := ""
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("user:" + all[end].ID))
	}
	members := []any{}
	for _, p := range all[begin:end] {
		members = append(members, w.user(p, a.text("include_locale") == "true"))
	}
	if w.roster.Half {
		return map[string]any{"members": members[:(len(members)+1)/2], "cache_ts": w.now().Unix()}, nil
	}
	return map[string]any{
		"members": members, "cache_ts": w.now().Unix(), "response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

func (w *Workspace) usersLookupByEmail(a args) (map[string]any, error) {
	email := a.text("email")
	for _, p := range w.people {
		if email != "" && strings.EqualFold(p.Email, email) && !p.Deleted && !p.Bot {
			return map[string]any{"user": w.user(p, false)}, nil
		}
	}
	return nil, refuse("users_not_found", "nobody has the address %q", email)
}

func (w *Workspace) authTest(args) (map[string]any, error) {
	return map[string]any{
		"url": "https://local.slack.com/", "team": "Local", "user": "apppass", "team_id": cmp.Or(w.roster.Team, w.options.TeamID), "user_id": BotUserID,
		"bot_id": BotID, "is_enterprise_install": false,
	}, nil
}

// handle is the name by which others mention a person.
func handle(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", ".")) }
