package nudge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/nudge"
	"github.com/apppass/apppass/shared/core/person"
)

// wordAfter is how much later the word that something was revoked arrives than it is queued: longer than the process has to revoke it.
const wordAfter = time.Minute

// abandon revokes what nobody has used and nobody has asked for. The word to its owner is queued first: whoever reads it looks whether it
// is so.
func (n *Nudger) abandon(ctx context.Context, l *look) error {
	if len(l.plan.Revoke) == 0 {
		return nil
	}
	var args job.AbandonedArgs
	for _, c := range l.plan.Revoke {
		args.Credentials = append(args.Credentials, question(c))
	}
	j, err := job.New("abandoned:"+args.Credentials[0].ID(), job.Abandoned, args)
	if err != nil {
		return err
	}
	j.Person, j.Team, j.At = l.owner.Person, l.owner.Team, l.now.Unix()
	if err := n.Queue.Send(ctx, j, wordAfter); err != nil {
		return fmt.Errorf("queue the word that something was revoked: %w", err)
	}
	still := func(c credential.Credential) bool { return nudge.Abandoned(c, l.now, l.rules) }
	for _, c := range l.plan.Revoke {
		if err := n.End(ctx, l.owner, c.ID, question(c).ID(), still); err != nil {
			return fmt.Errorf("revoke %s, which nobody uses: %w", c.ID, err)
		}
	}
	return nil
}

func question(c credential.Credential) job.Question {
	return job.Question{Credential: c.ID, Asked: c.Nudges.Asked.Unix()}
}

// Abandoned does a job of that kind: it tells the owner of what was revoked, each once.
func (n *Nudger) Abandoned(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.AbandonedArgs](j)
	if err != nil {
		return err
	}
	owner := credential.Owner{Team: j.Team, Person: j.Person}
	k, err := n.Store.Known(ctx, owner)
	if err != nil {
		return fmt.Errorf("look what %s had: %w", j.Person, err)
	}
	var (
		all   []credential.Credential
		words []string
	)
	for _, q := range args.Credentials {
		c, word, err := n.word(ctx, k, q)
		if err != nil {
			return errors.Join(err, n.release(ctx, words))
		}
		if word != "" {
			all, words = append(all, c), append(words, word)
		}
	}
	if len(all) == 0 {
		return nil
	}
	if err := n.Show.Abandoned(ctx, owner, all); err != nil && !errors.Is(err, person.ErrUnreachable) {
		return fmt.Errorf("tell %s what was revoked: %w", j.Person, errors.Join(err, n.release(ctx, words)))
	}
	for _, id := range words {
		if err := n.Ledger.Finish(ctx, id); err != nil {
			return fmt.Errorf("finish %s: %w", id, err)
		}
	}
	return nil
}

// word takes it on to tell of an app password; its id is empty where there is nothing to tell.
func (n *Nudger) word(ctx context.Context, k Known, q job.Question) (c credential.Credential, id string, err error) {
	once, err := n.Ledger.Once(ctx, q.ID())
	if err != nil || once.Status != job.Done {
		return c, "", err // somebody has used it or answered, at the last moment
	}
	for _, c := range k.All {
		if c.ID != q.Credential {
			continue
		}
		id := "word:" + q.ID()
		switch _, err := n.Ledger.Lease(ctx, id, n.now().Add(n.lease)); {
		case errors.Is(err, job.ErrDone):
			return c, "", nil
		case err != nil:
			return c, "", fmt.Errorf("lease %s: %w", id, err)
		}
		return c, id, nil
	}
	return c, "", nil
}

func (n *Nudger) release(ctx context.Context, ids []string) (failed error) {
	for _, id := range ids {
		failed = errors.Join(failed, n.Ledger.Release(ctx, id))
	}
	return failed
}
