package verify

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/service"
)

// asideTime bounds what is done beside a verdict, for which the answer waits.
const asideTime = 500 * time.Millisecond

// used remembers a use: it moves the entry to the issuing pepper, or notes the use.
func (v *Verifier) used(ctx context.Context, s service.Service, r Request, e credential.Entry, issuing pepper.Keyed) {
	if e.Pepper != issuing.Version && e.State == credential.EntryActive {
		ctx, cancel := context.WithTimeout(ctx, asideTime)
		defer cancel()
		// The use is noted at the next check, under the new key.
		if err := v.store.Rekey(ctx, e, issuing); err != nil {
			v.log.WarnContext(ctx, "an app password stays under its older pepper", "credential", e.Credential, "cause", err.Error())
		}
		return
	}
	u := credential.Use{Service: s.ID, Protocol: r.Protocol, Network: credential.Network(r.Client), Address: address(r.Client), At: v.now()}
	uses, news, due := credential.Note(e.Uses, u)
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, asideTime)
	defer cancel()
	// The owner is told first: what is noted is news no more.
	if news != (credential.News{}) {
		if err := v.tell(ctx, e, u, news); err != nil {
			v.log.WarnContext(ctx, "a use is not told", "credential", e.Credential, "cause", err.Error())
			return
		}
	}
	if err := v.store.NoteUses(ctx, e, uses); err != nil {
		v.log.InfoContext(ctx, "a use is not noted", "credential", e.Credential, "cause", err.Error())
	}
}

// address is an address as it is kept; empty of none.
func address(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func (v *Verifier) tell(ctx context.Context, e credential.Entry, u credential.Use, news credential.News) error {
	j, err := job.New(fmt.Sprintf("use:%s:%d:%s", e.Credential, e.Made.Unix(), u.Network), job.Used, job.UsedArgs{
		Credential: e.Credential, First: news.First, Service: u.Service, Protocol: string(u.Protocol), Network: u.Network, Address: u.Address,
		Made: e.Made.Unix(),
	})
	if err != nil {
		return err
	}
	j.Person, j.Team, j.At = e.Owner.Person, e.Owner.Team, u.At.Unix()
	return v.queue.Send(ctx, j, 0)
}
