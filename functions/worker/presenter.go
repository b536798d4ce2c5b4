package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/slack-go/slack"

	"github.com/apppass/apppass/shared/adapter/slackapi"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/edge/slackui"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/tell"
)

// presenter shows people in Slack what has come of a job: in the view or message that they look at, else in a direct message.
type presenter struct {
	slack interface {
		Account(ctx context.Context, person string) (person.Account, error)
		UpdateView(ctx context.Context, id, hash string, v slack.ModalViewRequest) error
		DirectMessage(ctx context.Context, to string, m slackapi.Message) (channel, ts string, err error)
		UpdateMessage(ctx context.Context, channel, ts string, m slackapi.Message) error
		Replace(ctx context.Context, responseURL string, m slackapi.Message) error
	}
	catalog interface {
		Catalog(ctx context.Context) (catalog.Catalog, error)
	}
	people interface {
		Preferences(ctx context.Context, owner credential.Owner) (person.Preferences, error)
	}
	home interface {
		Publish(ctx context.Context, who credential.Owner, page int, notice slackui.Message) error
		GaveUp(ctx context.Context, ui slackui.UI, who credential.Owner, page int, why slackui.Message) error
	}
	digests interface {
		replace(ctx context.Context, j job.Job, m slackui.Message) error
	}
	places interface {
		// Shown notes where Slack shows a link, or what has become of it.
		Shown(ctx context.Context, id link.ID, place job.Reply) error
	}
	base string // of links, without a slash at the end
	log  *slog.Logger
}

// ui speaks a person's language, or the default one where it can't be read which that is.
func (p *presenter) ui(ctx context.Context, who credential.Owner) slackui.UI {
	speak, err := p.people.Preferences(ctx, who)
	if err != nil {
		p.log.WarnContext(ctx, "the default language is spoken", "cause", err.Error())
	}
	if locale := speak.Speaks(); locale != "" || err != nil {
		return slackui.In(locale)
	}
	account, err := p.slack.Account(ctx, who.Person) // nothing is stored of who was refused at their first word
	if err != nil {
		p.log.InfoContext(ctx, "the default language is spoken", "cause", err.Error())
	}
	return slackui.In(account.Locale)
}

var (
	_ issue.Presenter = (*presenter)(nil)
	_ tell.Presenter  = (*presenter)(nil)
)

// Link shows the link. Its address is in the one button only.
func (p *presenter) Link(ctx context.Context, to job.Job, o issue.Offer) (job.Reply, error) {
	id, url := o.Link.ID(), p.base+"/r/open#"+o.Link.Fragment()
	ui := p.ui(ctx, owner(to))
	if o.Rotation {
		return p.view(ctx, to, ui.NewLink(o.Account, id, url, o.Expires), func() slackui.Message { return ui.NewLinkMessage(o.Account, id, url, o.Expires) })
	}
	return p.view(ctx, to, ui.Link(o.Account, id, url, o.Expires), func() slackui.Message { return ui.LinkMessage(o.Account, id, url, o.Expires) })
}

// Problem shows why there is no link.
func (p *presenter) Problem(ctx context.Context, to job.Job, why *problem.Problem) error {
	m := p.failed(ctx, to, why)
	if to.Kind == job.Rotate {
		m = p.ui(ctx, owner(to)).Onward(m) // an old button has led here
	}
	_, err := p.view(ctx, to, p.ui(ctx, owner(to)).View(m), func() slackui.Message { return m })
	return p.missed(ctx, to.Person, err)
}

// missed is the error of telling a person something, or none where they can't be told: who is deactivated misses nothing, and no job comes
// again for it.
func (p *presenter) missed(ctx context.Context, who string, err error) error {
	if errors.Is(err, slackapi.ErrNobody) {
		p.log.InfoContext(ctx, "nobody is told", "person", who)
		return nil
	}
	return err
}

// failed is what a person is told of a problem with their job; the log has it under the reference that they see.
func (p *presenter) failed(ctx context.Context, to job.Job, why *problem.Problem) slackui.Message {
	p.log.InfoContext(ctx, "a person is told of a problem", "code", why.Code(), "reference", to.Reference(), "job", to.ID)
	ui := p.ui(ctx, owner(to))
	return ui.Referenced(ui.FailedMessage(why), to.Reference())
}

// AskOwner asks the owner of a link which number a browser shows.
func (p *presenter) AskOwner(ctx context.Context, r link.Reveal, args job.AskOwnerArgs, choices []string) error {
	return p.write(ctx, r.Owner.Person, p.ui(ctx, r.Owner).AskOwner(r, args, choices))
}

// Warn tells the owner of a link of something odd.
func (p *presenter) Warn(ctx context.Context, r link.Reveal, what job.Warning) error {
	return p.write(ctx, r.Owner.Person, p.ui(ctx, r.Owner).Warn(r, what))
}

// Revealed takes the link from where it is shown. A view that is closed shows nothing any more.
func (p *presenter) Revealed(ctx context.Context, r link.Reveal) error {
	switch {
	case r.Place.ViewID != "":
		if err := p.slack.UpdateView(ctx, r.Place.ViewID, "", p.ui(ctx, r.Owner).RevealedView(r)); !errors.Is(err, slackapi.ErrViewGone) {
			return err
		}
	case r.Place.Channel != "":
		return p.slack.UpdateMessage(ctx, r.Place.Channel, r.Place.TS, slackapi.Message(p.ui(ctx, r.Owner).RevealedMessage(r)))
	}
	return nil
}

// Unread takes a link whose time is over from where it is shown. Of a rotation it says in a message too that it has come to nothing.
func (p *presenter) Unread(ctx context.Context, r link.Reveal) error {
	ui := p.ui(ctx, r.Owner)
	m := ui.LinkOver(link.ErrExpired)
	if r.Rotation.From != "" {
		m = ui.Unread(r)
	}
	if _, err := p.inPlace(ctx, r.Place, ui, m); err != nil || r.Rotation.From == "" {
		return err
	}
	return p.write(ctx, r.Owner.Person, m)
}

// inPlace puts a message where a link was shown, or in the message that has come when the view was closed; there is false where nothing is.
func (p *presenter) inPlace(ctx context.Context, place job.Reply, ui slackui.UI, m slackui.Message) (there bool, err error) {
	if place.ViewID != "" {
		if err := p.slack.UpdateView(ctx, place.ViewID, "", ui.View(m)); !errors.Is(err, slackapi.ErrViewGone) {
			return true, err
		}
	}
	if place.Channel != "" {
		return true, p.slack.UpdateMessage(ctx, place.Channel, place.TS, slackapi.Message(m))
	}
	return false, nil
}

// Used says where the link was shown that its password was used for the first time, and in a message where that place is closed, or of
// another network.
func (p *presenter) Used(ctx context.Context, c credential.Credential, place job.Reply, at time.Time, args job.UsedArgs) error {
	applications, err := p.catalog.Catalog(ctx)
	if err != nil {
		return err
	}
	ui := p.ui(ctx, c.Owner)
	m := ui.Used(c, applications, at, args)
	if there, err := p.inPlace(ctx, place, ui, m); there || err != nil {
		return err
	}
	channel, ts, err := p.slack.DirectMessage(ctx, c.Owner.Person, slackapi.Message(m))
	if err == nil && args.First {
		// What becomes of it later is put there. It is told, so that what fails is logged only.
		if err := p.places.Shown(ctx, link.ID(c.Reveal), job.Reply{Channel: channel, TS: ts}); err != nil {
			p.log.WarnContext(ctx, "a message about a first use stays as it is", "credential", c.ID, "cause", err.Error())
		}
	}
	return p.missed(ctx, c.Owner.Person, err)
}

// errGaveUp reports a job that has failed too often. The dead letters keep it for an operator.
var errGaveUp = problem.New(problem.Unavailable, "job.gave_up")

// GaveUp says that a job has come to nothing, where its person looks for the answer.
func (p *presenter) GaveUp(ctx context.Context, to job.Job) error {
	if to.Reply.Home > 0 {
		return p.home.GaveUp(ctx, p.ui(ctx, owner(to)), owner(to), to.Reply.Home, p.failed(ctx, to, errGaveUp))
	}
	if to.Reply.ResponseURL != "" {
		return p.replace(ctx, to, p.failed(ctx, to, errGaveUp))
	}
	return p.Problem(ctx, to, errGaveUp)
}

func (p *presenter) view(ctx context.Context, to job.Job, v slack.ModalViewRequest, instead func() slackui.Message) (job.Reply, error) {
	if to.Reply.ViewID != "" {
		if err := p.slack.UpdateView(ctx, to.Reply.ViewID, "", v); !errors.Is(err, slackapi.ErrViewGone) {
			return job.Reply{ViewID: to.Reply.ViewID}, err
		}
	}
	channel, ts, err := p.slack.DirectMessage(ctx, to.Person, slackapi.Message(instead()))
	return job.Reply{Channel: channel, TS: ts}, err
}

// replace puts a message in the place of the message or view that the job came from. In the home tab what it says stands on top,
// and a digest says it in its lines.
func (p *presenter) replace(ctx context.Context, to job.Job, m slackui.Message) error {
	if to.Reply.Home > 0 {
		return p.home.Publish(ctx, owner(to), to.Reply.Home, m)
	}
	if to.Reply.Channel != "" {
		return p.digests.replace(ctx, to, m)
	}
	if to.Reply.ResponseURL != "" {
		return p.slack.Replace(ctx, to.Reply.ResponseURL, slackapi.Message(m))
	}
	_, err := p.view(ctx, to, p.ui(ctx, owner(to)).View(m), func() slackui.Message { return m })
	return err
}

func (p *presenter) write(ctx context.Context, to string, m slackui.Message) error {
	_, _, err := p.slack.DirectMessage(ctx, to, slackapi.Message(m))
	return p.missed(ctx, to, err)
}

// owner is whom a job concerns.
func owner(j job.Job) credential.Owner { return credential.Owner{Team: j.Team, Person: j.Person} }
