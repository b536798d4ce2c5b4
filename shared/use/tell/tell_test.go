package tell_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/person"
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

	tried, knows []string // what the credential remembers
	gate         person.GateState
	nobody       bool // the login is nobody's
	taken        int  // of the turns to tell of guesses
}

func (p *ports) note(what string) error {
	p.did = append(p.did, what)
	return p.failed
}

func (p *ports) Reveal(context.Context, link.ID) (link.Reveal, error) { return p.reveal, p.known }

func (p *ports) Lease(_ context.Context, id string, _ time.Time) (job.Once, error) {
	if strings.HasPrefix(id, "guessed:U1:") && p.taken > 0 {
		p.taken--
		return job.Once{}, job.ErrDone
	}
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
	return credential.Credential{State: p.state, Reveal: "r", Known: p.knows, Tried: p.tried}, p.known
}

func (p *ports) NoteTried(_ context.Context, _ credential.Credential, tried []string) error {
	return p.note("note " + tried[len(tried)-1])
}

func (p *ports) Person(context.Context, credential.Owner) (person.Person, error) {
	return person.Person{Gate: person.Gate{State: p.gate}}, p.known
}

func (p *ports) Owner(context.Context, string) (credential.Owner, error) {
	if p.nobody {
		return credential.Owner{}, nil
	}
	return credential.Owner{Team: "T1", Person: "U1"}, p.known
}

func (p *ports) Tried(_ context.Context, _ credential.Credential, _ time.Time, a job.TriedArgs) error {
	return p.note("tried " + a.Network)
}

func (p *ports) Guessed(_ context.Context, o credential.Owner, _ time.Time, _ job.GuessedArgs) error {
	return p.note("guessed " + o.Person)
}

func (p *ports) AdminRevoked(_ context.Context, _ credential.Owner, all []credential.Credential, reason string) error {
	return p.note(fmt.Sprint("admin revoked ", len(all), " ", reason))
}

func (p *ports) RotationAsked(_ context.Context, _ credential.Credential, _ time.Time, reason string) error {
	return p.note("rotation asked " + reason)
}

func (p *ports) Used(_ context.Context, _ credential.Credential, place job.Reply, _ time.Time, _ job.UsedArgs) error {
	return p.note("used " + place.ViewID)
}

func (p *ports) Unread(context.Context, link.Reveal) error   { return p.note("unread") }
func (p *ports) Revealed(context.Context, link.Reveal) error { return p.note("revealed") }

func TestEachIsToldOnceAndWhileItIsSo(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	m := link.Match{Nonce: link.Nonce{1}, Digits: "47", Until: now.Add(time.Minute)}
	ask, tried := job.AskOwnerArgs{Reveal: "r", Tag: m.Tag()}, job.TriedArgs{Made: 7, Network: "n"}
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
		"a use of a network that is known":   {job.Used, job.UsedArgs{Network: "n"}, ports{state: credential.Active, knows: []string{"n"}}, []string{"finish"}, nil},
		"a first use from there":             {job.Used, job.UsedArgs{Network: "n", First: true}, ports{state: credential.Active, knows: []string{"n"}}, []string{"used ", "finish"}, nil},
		"an old password":                    {job.Tried, tried, ports{state: credential.Revoked}, []string{"tried n", "finish", "note 7 n"}, nil},
		"one that was told of":               {job.Tried, tried, ports{state: credential.Revoked, tried: []string{"7 n"}}, []string{"finish"}, nil},
		"one from another network":           {job.Tried, tried, ports{state: credential.Active, tried: []string{"7 m", "8 n"}}, []string{"tried n", "finish", "note 7 n"}, nil},
		"one from everywhere":                {job.Tried, tried, ports{state: credential.Revoked, tried: slices.Repeat([]string{"7 m"}, tell.MaxTried)}, []string{"finish"}, nil},
		"one of who has left":                {job.Tried, tried, ports{state: credential.Revoked, gate: person.Closed}, []string{"finish"}, nil},
		"one of who is held":                 {job.Tried, tried, ports{state: credential.Revoked, gate: person.Held}, []string{"tried n", "finish", "note 7 n"}, nil},
		"one that is unknown":                {job.Tried, tried, ports{}, []string{"finish"}, nil},
		"one, told before":                   {job.Tried, tried, ports{lease: job.ErrDone}, nil, nil},
		"one, Slack is away":                 {job.Tried, tried, ports{state: credential.Revoked, failed: problem.ErrUnavailable}, []string{"tried n", "release"}, problem.ErrUnavailable},
		"guesses":                            {job.Guessed, job.GuessedArgs{}, ports{}, []string{"guessed U1", "finish", "finish"}, nil},
		"guesses, the third time":            {job.Guessed, job.GuessedArgs{}, ports{taken: tell.MaxGuessed - 1}, []string{"guessed U1", "finish", "finish"}, nil},
		"guesses, the fourth time":           {job.Guessed, job.GuessedArgs{}, ports{taken: tell.MaxGuessed}, []string{"finish"}, nil},
		"guesses at nobody's login":          {job.Guessed, job.GuessedArgs{}, ports{nobody: true}, []string{"finish"}, nil},
		"guesses at who has left":            {job.Guessed, job.GuessedArgs{}, ports{gate: person.Closed}, []string{"finish"}, nil},
		"guesses, Slack is away":             {job.Guessed, job.GuessedArgs{}, ports{failed: problem.ErrUnavailable}, []string{"guessed U1", "release", "release"}, problem.ErrUnavailable},
		"guesses, storage is away":           {job.Guessed, job.GuessedArgs{}, ports{known: problem.ErrUnavailable}, []string{"release"}, problem.ErrUnavailable},
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
			teller := tell.New(&c.p, &c.p, &c.p, &c.p, time.Minute, func() time.Time { return now })
			do := map[job.Kind]func(context.Context, job.Job) error{job.AskOwner: teller.AskOwner, job.Warn: teller.Warn, job.Revealed: teller.Revealed, job.Used: teller.Used, job.Unread: teller.Unread, job.Tried: teller.Tried, job.Guessed: teller.Guessed}
			if err := do[c.kind](t.Context(), j); !errors.Is(err, c.err) || !slices.Equal(c.p.did, c.want) {
				t.Errorf("got %q, %v; want %q, %v", c.p.did, err, c.want, c.err)
			}
		})
	}
}

func TestWhatAnAdministratorDidIsToldOnceToWhoIsHere(t *testing.T) {
	for name, c := range map[string]struct {
		p    ports
		want []string
		err  error
	}{
		"":              {ports{}, []string{"admin revoked 2 why", "finish", "rotation asked why", "finish"}, nil},
		"told before":   {ports{lease: job.ErrDone}, nil, nil},
		"has left":      {ports{gate: person.Closed}, []string{"finish", "finish"}, nil},
		"Slack is away": {ports{failed: problem.ErrUnavailable}, []string{"admin revoked 2 why", "release", "rotation asked why", "release"}, problem.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			teller := tell.New(&c.p, &c.p, &c.p, &c.p, time.Minute, time.Now)
			revoked := teller.AdminRevoked(t.Context(), job.Job{ID: "1"}, make([]credential.Credential, 2), "why")
			asked := teller.RotationAsked(t.Context(), job.Job{ID: "2"}, credential.Credential{}, time.Now(), "why")
			if !errors.Is(revoked, c.err) || !errors.Is(asked, c.err) || !slices.Equal(c.p.did, c.want) {
				t.Errorf("got %q, %v and %v; want %q, %v", c.p.did, revoked, asked, c.want, c.err)
			}
		})
	}
}
