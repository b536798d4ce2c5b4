package tell_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/tell"
)

// ports notes what is shown, and how the job's record is kept.
type ports struct {
	reveal link.Reveal
	state  credential.State
	known  error
	lease  error
	failed error // what showing comes to
	did    []string
}

func (p *ports) note(what string) error {
	p.did = append(p.did, what)
	return p.failed
}

func (p *ports) Reveal(context.Context, link.ID) (link.Reveal, error) { return p.reveal, p.known }

func (p *ports) Lease(context.Context, string, time.Time) (job.Once, error) {
	return job.Once{}, p.lease
}

func (p *ports) Release(context.Context, string) error {
	p.did = append(p.did, "release")
	return nil
}

func (p *ports) Finish(context.Context, string) error {
	p.did = append(p.did, "finish")
	return nil
}

func (p *ports) AskOwner(_ context.Context, r link.Reveal, _ job.AskOwnerArgs, choices []string) error {
	if len(choices) != 3 || !slices.Contains(choices, r.Match.Digits) || choices[0] == choices[1] || choices[1] == choices[2] || choices[0] == choices[2] {
		return errors.New("the choices are not three, with the right one among them")
	}
	return p.note("ask")
}

func (p *ports) Warn(context.Context, link.Reveal, job.Warning) error { return p.note("warn") }

func (p *ports) Credential(context.Context, credential.Owner, string) (credential.Credential, error) {
	if p.state == "" {
		return credential.Credential{}, credential.ErrNotFound
	}
	return credential.Credential{State: p.state, Reveal: "r"}, p.known
}

func (p *ports) Used(_ context.Context, _ credential.Credential, place job.Reply, _ time.Time, _ job.UsedArgs) error {
	return p.note("used " + place.ViewID)
}

func (p *ports) Unread(context.Context, link.Reveal) error   { return p.note("unread") }
func (p *ports) Revealed(context.Context, link.Reveal) error { return p.note("revealed") }

func TestEachIsToldOnceAndWhileItIsSo(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	m := link.Match{Nonce: link.Nonce{1}, Digits: "47", Until: now.Add(time.Minute)}
	ask := job.AskOwnerArgs{Reveal: "r", Tag: m.Tag()}
	for name, c := range map[string]struct {
		kind job.Kind
		args any
		p    ports
		want []string
		err  error
	}{
		"a question":                         {job.AskOwner, ask, ports{reveal: link.Reveal{Match: m}}, []string{"ask", "finish"}, nil},
		"another question":                   {job.AskOwner, job.AskOwnerArgs{Reveal: "r", Tag: "x"}, ports{reveal: link.Reveal{Match: m}}, []string{"finish"}, nil},
		"a question that is over":            {job.AskOwner, ask, ports{reveal: link.Reveal{Match: link.Match{Nonce: m.Nonce, Digits: "47", Until: now}}}, []string{"finish"}, nil},
		"a warning":                          {job.Warn, job.WarnArgs{Reveal: "r", What: job.TwoAsk}, ports{}, []string{"warn", "finish"}, nil},
		"a used link":                        {job.Revealed, job.RevealArgs{Reveal: "r"}, ports{reveal: link.Reveal{State: link.Claimed}}, []string{"revealed", "finish"}, nil},
		"a link that is not used":            {job.Revealed, job.RevealArgs{Reveal: "r"}, ports{reveal: link.Reveal{State: link.Ready}}, []string{"finish"}, nil},
		"a first use":                        {job.Used, job.UsedArgs{First: true}, ports{state: credential.Active, reveal: link.Reveal{Place: job.Reply{ViewID: "V1"}}}, []string{"used V1", "finish"}, nil},
		"a use of a new network":             {job.Used, job.UsedArgs{}, ports{state: credential.Active, reveal: link.Reveal{Place: job.Reply{ViewID: "V1"}}}, []string{"used ", "finish"}, nil},
		"a use of what has ended":            {job.Used, job.UsedArgs{}, ports{state: credential.Revoked}, []string{"finish"}, nil},
		"a use of what is unknown":           {job.Used, job.UsedArgs{}, ports{}, []string{"finish"}, nil},
		"a use, storage is away":             {job.Used, job.UsedArgs{}, ports{state: credential.Active, known: problem.ErrUnavailable}, []string{"release"}, problem.ErrUnavailable},
		"a rotation that was unread":         {job.Unread, job.RevealArgs{}, ports{reveal: link.Reveal{State: link.Void, Expires: now, Ended: now}}, []string{"unread", "finish"}, nil},
		"a rotation withdrawn":               {job.Unread, job.RevealArgs{}, ports{reveal: link.Reveal{State: link.Void, Expires: now, Ended: now.Add(-1)}}, []string{"finish"}, nil},
		"a rotation that is being swept":     {job.Unread, job.RevealArgs{}, ports{reveal: link.Reveal{State: link.Ready}}, []string{"release"}, job.ErrBusy},
		"a rotation used at the last moment": {job.Unread, job.RevealArgs{}, ports{reveal: link.Reveal{State: link.Claimed}}, []string{"finish"}, nil},
		"told before":                        {job.Warn, job.WarnArgs{}, ports{lease: job.ErrDone}, nil, nil},
		"being told":                         {job.Warn, job.WarnArgs{}, ports{lease: job.ErrBusy}, nil, job.ErrBusy},
		"a forgotten link":                   {job.Warn, job.WarnArgs{}, ports{known: link.ErrUnknown}, []string{"finish"}, nil},
		"Slack is away":                      {job.Warn, job.WarnArgs{}, ports{failed: problem.ErrUnavailable}, []string{"warn", "release"}, problem.ErrUnavailable},
		"storage is away":                    {job.Warn, job.WarnArgs{}, ports{known: problem.ErrUnavailable}, []string{"release"}, problem.ErrUnavailable},
		"arguments of another job":           {job.Warn, []int{1}, ports{}, nil, job.ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := job.New("id", c.kind, c.args)
			if err != nil {
				t.Fatal(err)
			}
			teller := tell.New(&c.p, &c.p, &c.p, time.Minute, func() time.Time { return now })
			do := map[job.Kind]func(context.Context, job.Job) error{job.AskOwner: teller.AskOwner, job.Warn: teller.Warn, job.Revealed: teller.Revealed, job.Used: teller.Used, job.Unread: teller.Unread}
			if err := do[c.kind](t.Context(), j); !errors.Is(err, c.err) || !slices.Equal(c.p.did, c.want) {
				t.Errorf("got %q, %v; want %q, %v", c.p.did, err, c.want, c.err)
			}
		})
	}
}
