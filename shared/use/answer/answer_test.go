package answer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/answer"
)

// ports is a link, its owner's account, and whether somebody was let in.
type ports struct {
	reveal  link.Reveal
	account person.Account
	away    error
	allowed bool
}

func (p *ports) Reveal(context.Context, link.ID) (link.Reveal, error) { return p.reveal, p.away }

func (p *ports) Allow(context.Context, link.ID, link.Match, time.Time) error {
	p.allowed = true
	return nil
}

func (p *ports) Account(context.Context, string) (person.Account, error) { return p.account, nil }

var (
	now   = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	alice = credential.Owner{Team: "TLOCAL", Person: "UALICE"}
	asked = link.Match{Nonce: link.Nonce{1}, Digits: "47", Until: now.Add(time.Minute)}
)

func TestAnswer(t *testing.T) {
	tap := func(digits string) job.TapArgs { return job.TapArgs{Reveal: "r", Tag: asked.Tag(), Digits: digits} }
	stale := link.Match{Nonce: link.Nonce{2}, Digits: "47"}
	for name, c := range map[string]struct {
		change func(*ports)
		owner  credential.Owner
		args   job.TapArgs
		right  bool
		want   error
		let    bool
	}{
		"the right number":        {nil, alice, tap("47"), true, nil, true},
		"another number":          {nil, alice, tap("48"), false, nil, false},
		"not me":                  {nil, alice, tap(""), false, nil, false},
		"not me, after it opened": {func(p *ports) { p.reveal.State = link.Claimed }, alice, tap(""), false, nil, false},
		"not me, withdrawn":       {func(p *ports) { p.reveal.State = link.Void }, alice, tap(""), false, answer.ErrOver, false},
		"too late":                {func(p *ports) { p.reveal.Match.Until = now }, alice, tap("47"), false, answer.ErrOver, false},
		"wrong, but too late":     {func(p *ports) { p.reveal.Match.Until = now }, alice, tap("48"), false, answer.ErrOver, false},
		"after it opened":         {func(p *ports) { p.reveal.State = link.Claimed }, alice, tap("47"), false, answer.ErrOver, false},
		"an older question":       {nil, alice, job.TapArgs{Reveal: "r", Tag: stale.Tag(), Digits: "47"}, false, answer.ErrOver, false},
		"no question":             {func(p *ports) { p.reveal.Match = link.Match{} }, alice, tap("47"), false, answer.ErrOver, false},
		"again":                   {func(p *ports) { p.reveal.Match.Allowed = true }, alice, tap("47"), true, nil, false},
		"another, after it":       {func(p *ports) { p.reveal.Match.Allowed = true }, alice, tap("48"), false, nil, false},
		"somebody else":           {nil, credential.Owner{Team: "TLOCAL", Person: "UBOB"}, tap("47"), false, answer.ErrOver, false},
		"of another team":         {nil, credential.Owner{Team: "TOTHER", Person: "UALICE"}, tap("47"), false, answer.ErrOver, false},
		"who has left":            {func(p *ports) { p.account.Deleted = true }, alice, tap("47"), false, nil, false},
		"with another address":    {func(p *ports) { p.account.Email = "alice.new@example.com" }, alice, tap("47"), false, nil, false},
		"an unknown link":         {func(p *ports) { p.away = link.ErrUnknown }, alice, tap("47"), false, answer.ErrOver, false},
		"storage is away":         {func(p *ports) { p.away = problem.ErrUnavailable }, alice, tap("47"), false, problem.ErrUnavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := &ports{
				reveal:  link.Reveal{ID: "r", State: link.Ready, Owner: alice, Match: asked, Account: link.Account{Login: "alice@example.com"}},
				account: person.Account{Owner: alice, Email: "Alice@example.com", EmailConfirmed: true},
			}
			if c.change != nil {
				c.change(p)
			}
			a := answer.New(p, p, answer.Company{Team: "TLOCAL", Domains: []string{"example.com"}}, func() time.Time { return now })
			_, right, err := a.Answer(t.Context(), c.owner, c.args)
			if right != c.right || !errors.Is(err, c.want) || p.allowed != c.let {
				t.Errorf("got right %v, let in %v, %v; want %v, %v, %v", right, p.allowed, err, c.right, c.let, c.want)
			}
		})
	}
}
