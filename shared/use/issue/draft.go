package issue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/apppass/apppass/shared/core/audit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/service"
)

// draft makes what T1 writes for the job, with the password and the link of this generation.
func (i *Issuer) draft(ctx context.Context, j job.Job, generation int) (Draft, link.Link, password.Password, error) {
	fail := func(err error) (Draft, link.Link, password.Password, error) {
		return Draft{}, link.Link{}, password.Password{}, err
	}
	args, err := job.ArgsOf[job.IssueArgs](j)
	if err != nil {
		return fail(err)
	}
	label, err := credential.Label(args.Label, i.company.Prefixes...)
	if err != nil {
		return fail(err)
	}
	rules, err := i.Settings.Policy(ctx)
	if err != nil {
		return fail(fmt.Errorf("read the policy: %w", err))
	}
	now := i.now()
	// The policy may have changed since the form was open.
	expires, err := rules.Ends(now, args.Days)
	if err != nil {
		return fail(err)
	}
	application, services, err := i.choice(ctx, args.Application)
	if err != nil {
		return fail(err)
	}
	who, known, err := i.who(ctx, j, rules)
	if err != nil {
		return fail(err)
	}
	pw, l, keyed, err := i.draw(ctx, application.Format())
	if err != nil {
		return fail(err)
	}
	c := credential.Credential{
		ID: credential.ID(j.ID), Owner: who.Owner, Login: who.Login, Application: application.ID, Label: label, Tier: application.Tier,
		Services: application.Services, Protocols: application.Protocols, Networks: args.Networks, State: credential.Pending,
		Verifier: keyed.Verifier, Reveal: string(l.ID()), Made: now, Expires: expires,
	}
	account := link.Account{Login: who.Login, Application: application.Name, Label: label, Services: services}
	r := i.offered(c, l, keyed, account, who, rules, generation)
	action := audit.Issued
	if generation > 1 {
		action = audit.Reissued
	}
	e := audit.New(now, who.Owner, who.Owner.Person, action)
	e.Credential, e.Job = c.ID, j.ID
	return Draft{Person: who, New: !known, Credential: c, Entry: entry(c, keyed.Version), Reveal: r, Event: e}, l, pw, nil
}

// offered is the reveal by which the link leads to the password under keyed.
func (i *Issuer) offered(
	c credential.Credential, l link.Link, keyed pepper.Keyed, a link.Account, who person.Person, rules policy.Policy, generation int,
) link.Reveal {
	now := i.now()
	ends := now.Add(rules.LinkLife)
	return link.Reveal{
		ID: l.ID(), ProofHash: link.HashProof(l.Proof()), Secret: i.company.SecretPrefix + rand.Text(), State: link.Preparing,
		Expires: ends, Door: link.FirstDoor(c.Tier, rules.Door), DoorUntil: ends, Generation: generation,
		Owner: who.Owner, Gate: who.Gate.Generation, Credential: c.ID, Verifier: keyed.Verifier, Made: now, Account: a,
	}
}

func entry(c credential.Credential, pepper int) credential.Entry {
	return credential.Entry{
		Verifier: c.Verifier, Pepper: pepper, Credential: c.ID, Owner: c.Owner, Login: c.Login, Application: c.Application,
		Services: c.Services, Protocols: c.Protocols, Networks: c.Networks, State: credential.EntryPending, Expires: c.Expires, Made: c.Made,
	}
}

// choice is the application, and where the services answer that accept it.
func (i *Issuer) choice(ctx context.Context, id string) (catalog.Application, []link.Server, error) {
	applications, err := i.Settings.Catalog(ctx)
	if err != nil {
		return catalog.Application{}, nil, fmt.Errorf("read the catalog: %w", err)
	}
	application, err := applications.Application(id)
	if err != nil {
		return application, nil, fmt.Errorf("application %q: %w", id, err)
	}
	all, err := i.Settings.Services(ctx)
	if err != nil {
		return application, nil, fmt.Errorf("read the services: %w", err)
	}
	var servers []link.Server
	for _, id := range application.Services {
		at := slices.IndexFunc(all, func(s service.Service) bool { return s.ID == id })
		if at < 0 {
			continue // the company has no such service
		}
		servers = append(servers, link.Server{ID: id, Name: all[at].Name, Host: all[at].Host, Ports: needed(all[at].Ports, application)})
	}
	return application, servers, nil
}

// needed is the ports at which an application's passwords are good for something.
func needed(ports map[service.Protocol]int, a catalog.Application) map[service.Protocol]int {
	ports = maps.Clone(ports)
	maps.DeleteFunc(ports, func(p service.Protocol, _ int) bool { return len(a.Protocols) > 0 && !slices.Contains(a.Protocols, p) })
	return ports
}

// who asks Slack and holds its answer against what is stored. known says that something is.
func (i *Issuer) who(ctx context.Context, j job.Job, rules policy.Policy) (who person.Person, known bool, err error) {
	account, err := i.Directory.Account(ctx, j.Person)
	if err != nil {
		return who, false, fmt.Errorf("ask Slack about %s: %w", j.Person, err)
	}
	if err := account.Check(i.company.Team, i.company.Domains, rules.Guests); err != nil {
		return who, false, err
	}
	if err := i.People.Learn(ctx, account.Owner, account.Locale, account.Zone); err != nil {
		return who, false, fmt.Errorf("note how to speak to %s: %w", j.Person, err)
	}
	stored, err := i.People.Person(ctx, account.Owner)
	switch {
	case err != nil:
		return who, false, fmt.Errorf("read what is known of %s: %w", j.Person, err)
	case stored.Login == "":
		return person.Person{Owner: account.Owner, Login: account.Login(), Gate: person.Gate{State: person.Open, Generation: 1}}, false, nil
	case stored.Gate.State != person.Open:
		return who, true, i.held(ctx, j)
	case stored.Login != account.Login():
		e := audit.New(i.now(), account.Owner, "apppass", audit.Held)
		e.Reason, e.Job = "login_changed", j.ID
		if err := i.People.Hold(ctx, stored, e); err != nil && !errors.Is(err, ErrConflict) {
			return who, true, fmt.Errorf("hold %s: %w", j.Person, err)
		}
		return who, true, i.held(ctx, j)
	}
	return stored, true, nil
}

// held is the error of who may get nothing now. Their account is looked at anew: that it has changed, or is back, may be an event that was
// lost, of which the admins have not heard.
func (i *Issuer) held(ctx context.Context, j job.Job) error {
	look, err := job.New("held:"+j.ID, job.Account, struct{}{})
	if err != nil {
		return err
	}
	look.Person, look.Team, look.At = j.Person, j.Team, j.At
	if err := i.Queue.Send(ctx, look, 0); err != nil {
		return fmt.Errorf("queue the look at %s: %w", j.Person, err)
	}
	return person.ErrHeld
}
