package verify

import (
	"context"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
)

// over are the reasons of what worked once: something still sends it.
func (r Reason) over() bool { return r == Revoked || r == Superseded || r == Expired }

// sayTried has the owner told that something still sends a password that is over: once a day of this process, and of all processes once by
// its job.
func (v *Verifier) sayTried(ctx context.Context, k Rejection, e credential.Entry) {
	args := job.TriedArgs{
		Credential: e.Credential, Made: e.Made.Unix(), Reason: string(k.Reason), Service: k.Service, Protocol: string(k.Protocol),
		Network: k.Network, Address: k.Address,
	}
	v.say(ctx, args.ID(), job.Tried, e.Owner, k.At, args)
}

// sayGuessed has whose login it is told that many unknown passwords come with it; whoever that is, if anybody, the worker finds out.
func (v *Verifier) sayGuessed(ctx context.Context, m Miss) {
	args := job.GuessedArgs{Login: m.Login, Service: m.Service, Protocol: string(m.Protocol), Network: m.Network, Address: m.Address}
	v.say(ctx, args.ID(m.At), job.Guessed, credential.Owner{}, m.At, args)
}

func (v *Verifier) say(ctx context.Context, id string, kind job.Kind, to credential.Owner, at time.Time, args any) {
	if v.memory.said(id, at) {
		return
	}
	j, err := job.New(id, kind, args)
	if err == nil {
		j.Person, j.Team, j.At = to.Person, to.Team, at.Unix()
		err = v.queue.Send(ctx, j, 0)
	}
	if err != nil {
		v.log.WarnContext(ctx, "a word to an owner is not left", "kind", string(kind), "cause", err.Error())
		return
	}
	v.memory.say(id, at)
}

// said reports whether a word was left to the worker on that day, for all that is remembered.
func (m *memory) said(id string, at time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.words[id].Equal(at.Truncate(24 * time.Hour))
}

func (m *memory) say(id string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	put(m.words, id, at.Truncate(24*time.Hour))
}
