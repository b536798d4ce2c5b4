package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/edge/slackui"
)

// press is a button that was pressed, or a choice that was made, somewhere in Slack.
type press struct {
	who    credential.Owner
	ui     slackui.UI
	from   slack.InteractionCallback // may hold a link's key
	action *slack.BlockAction
}

// reply is where the person looks for what comes of it.
func (p press) reply() job.Reply {
	if at := p.from.Container; slackui.InDigest(p.action.BlockID) && at.MessageTs != "" {
		return job.Reply{Channel: at.ChannelID, TS: at.MessageTs} // it has other lines too: none of them may be lost
	}
	if p.from.ResponseURL != "" {
		return job.Reply{ResponseURL: p.from.ResponseURL}
	}
	if page := slackui.HomePage(p.from.View); page > 0 {
		return job.Reply{Home: page}
	}
	return job.Reply{ViewID: p.from.View.ID}
}

// does is what a press does. It answers with nothing, or with the status of a press that Slack shows a warning at.
type does func(ctx context.Context, w http.ResponseWriter, p press)

// table is what each press does, by its action id. One that is not in it is acknowledged: it needs no answer.
func (a *app) table() map[string]does {
	return map[string]does{
		slackui.ActionOpenLink:    a.openDoor,
		slackui.ActionSuggestion:  a.suggested,
		slackui.ActionRevoke:      a.revoke,
		slackui.ActionShow:        a.show,
		slackui.ActionList:        a.list,
		slackui.ActionOlder:       a.list,
		slackui.ActionNewer:       a.list,
		slackui.ActionGuide:       a.guide,
		slackui.ActionApplication: a.choose,
		slackui.ActionNotMe:       a.tap,
		slackui.ActionTap + "1":   a.tap,
		slackui.ActionTap + "2":   a.tap,
		slackui.ActionTap + "3":   a.tap,

		slackui.ActionRotate: a.rotate,
		slackui.ActionEnd:    a.endsFormer(job.EndFormer),
		slackui.ActionExtend: a.endsFormer(job.ExtendFormer),

		slackui.ActionSnooze: a.snooze,
		slackui.ActionKeep:   a.keep,

		slackui.ActionMine:      a.ofNetwork(job.Remember),
		slackui.ActionNotMine:   a.ofNetwork(job.Disown),
		slackui.ActionDoctor:    a.examine,
		slackui.ActionLost:      a.pressed(a.lost),
		slackui.ActionRevokeAll: a.pressed(a.revokeAll),

		slackui.ActionAdmit:  a.decide,
		slackui.ActionCutOff: a.decide,
		slackui.ActionGoOn:   a.goOn,
		slackui.ActionLeave:  a.goOn,

		slackui.ActionHomePrevious: a.turnHome,
		slackui.ActionHomeNext:     a.turnHome,
		slackui.ActionHomeAgain:    a.turnHome,
		slackui.ActionLanguage:     a.prefer,
		slackui.ActionQuietFrom:    a.prefer,
		slackui.ActionQuietUntil:   a.prefer,
	}
}

// queued leaves what a press asks for to the worker. Where that can't be queued the person is told so, and it can be pressed again.
func (a *app) queued(ctx context.Context, w http.ResponseWriter, p press, kind job.Kind, args any) {
	if err := a.send(ctx, "trigger:"+p.from.TriggerID, kind, p.who, p.reply(), args, 0); err != nil {
		a.refused(ctx, w, p, fmt.Errorf("queue a %s job: %w", kind, err))
	}
}

// refused says over what is on the screen why a press has done nothing. In a modal Slack shows a warning at the button instead: nothing of it
// may be lost.
func (a *app) refused(ctx context.Context, w http.ResponseWriter, p press, err error) {
	m := a.failed(ctx, p.ui, err)
	if p.from.View.Type != slack.VTModal {
		if _, err = a.slack.OpenView(ctx, p.from.TriggerID, p.ui.View(m)); err == nil {
			return
		}
		a.log.WarnContext(ctx, "an answer can't be shown", "cause", err.Error())
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

func (a *app) revoke(ctx context.Context, w http.ResponseWriter, p press) {
	if !credential.ValidID(p.action.Value) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.queued(ctx, w, p, job.Revoke, job.RevokeArgs{Credential: p.action.Value})
}

// suggested does the command that a person has meant, in the place of the message that offered it.
func (a *app) suggested(ctx context.Context, w http.ResponseWriter, p press) {
	at := asked{who: p.who, app: p.from.APIAppID, trigger: p.from.TriggerID, reply: p.reply()}
	c := slackui.ParseCommand(p.action.Value, a.prefixes...)
	m := a.perform(ctx, at, c)
	switch {
	case m.Text == "": // a form is open
	case c.Verb == slackui.VerbNew && slackui.HomePage(p.from.View) > 0:
		w.WriteHeader(http.StatusServiceUnavailable) // Slack opens nothing by this trigger: it shows a warning
	default:
		a.replace(ctx, p, m)
	}
}

// chosen is the value of a button that was pressed, or of the option that was chosen in a menu.
func (p press) chosen() string {
	if p.action.Value != "" {
		return p.action.Value
	}
	return p.action.SelectedOption.Value
}

// replace puts a message in the place of the message or modal in which something was pressed. On the home tab, and where the message is
// one that stays, a modal opens over it.
func (a *app) replace(ctx context.Context, p press, m slackui.Message) {
	var err error
	switch {
	case p.from.View.Type == slack.VTModal:
		err = a.slack.UpdateView(ctx, p.from.View.ID, p.from.View.Hash, p.ui.View(m))
	case p.from.ResponseURL == "", !p.from.Container.IsEphemeral:
		_, err = a.slack.OpenView(ctx, p.from.TriggerID, p.ui.View(m))
	default:
		err = a.slack.Replace(ctx, p.from.ResponseURL, slackapi.Message(m))
	}
	if err != nil {
		a.log.WarnContext(ctx, "an answer can't be shown", "cause", err.Error())
	}
}
