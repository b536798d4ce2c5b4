package tell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/person"
)

const (
	// MaxTried is of how many networks an owner is told that a password which is over still comes from there: one that was found by many
	// would else be a flood. The doctor knows the others too.
	MaxTried = 8
	// MaxGuessed is how many times a day an owner is told that somebody guesses.
	MaxGuessed = 3
)

// Tried does a job of that kind. Once for a password and a network: its app password remembers that longer than a job is remembered.
func (t *Teller) Tried(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.TriedArgs](j)
	if err != nil {
		return err
	}
	var (
		c    credential.Credential
		told bool
	)
	made := fmt.Sprint(args.Made) + " "
	err = t.leased(ctx, j, func() error {
		var err error
		c, err = t.store.Credential(ctx, credential.Owner{Team: j.Team, Person: j.Person}, args.Credential)
		switch {
		case errors.Is(err, credential.ErrNotFound):
			return nil
		case err != nil:
			return err
		case slices.Contains(c.Tried, made+args.Network), count(c.Tried, made) >= MaxTried:
			return nil
		}
		if here, err := t.here(ctx, c.Owner); err != nil || !here {
			return err
		}
		told = true
		return t.show.Tried(ctx, c, time.Unix(j.At, 0), args)
	})
	if err != nil || !told {
		return err
	}
	// After the job's end: what fails here is not told twice for that.
	return t.store.NoteTried(ctx, c, credential.Remembered(c.Tried, made+args.Network))
}

func count(all []string, prefix string) (n int) {
	for _, one := range all {
		if strings.HasPrefix(one, prefix) {
			n++
		}
	}
	return n
}

// here reports whether somebody is told anything: of who has left nothing is anybody's news.
func (t *Teller) here(ctx context.Context, owner credential.Owner) (bool, error) {
	p, err := t.people.Person(ctx, owner)
	if err != nil {
		return false, fmt.Errorf("look whether %s is here: %w", owner.Person, err)
	}
	return p.Gate.State != person.Closed, nil
}

// Guessed does a job of that kind, [MaxGuessed] times a day at most. A login that is nobody's concerns nobody.
func (t *Teller) Guessed(ctx context.Context, j job.Job) error {
	args, err := job.ArgsOf[job.GuessedArgs](j)
	if err != nil {
		return err
	}
	return t.leased(ctx, j, func() error {
		owner, err := t.people.Owner(ctx, args.Login)
		if err != nil {
			return fmt.Errorf("look whose login it is: %w", err)
		}
		if owner == (credential.Owner{}) {
			return nil
		}
		if here, err := t.here(ctx, owner); err != nil || !here {
			return err
		}
		at := time.Unix(j.At, 0)
		for n := range MaxGuessed {
			turn := fmt.Sprintf("guessed:%s:%s:%d", owner.Person, at.UTC().Format(time.DateOnly), n)
			if first, err := t.first(ctx, turn, func() error { return t.show.Guessed(ctx, owner, at, args) }); err != nil || first {
				return err
			}
		}
		return nil
	})
}

// AdminRevoked tells an owner, once for the job, of what an administrator has revoked by it.
func (t *Teller) AdminRevoked(ctx context.Context, j job.Job, all []credential.Credential, reason string) error {
	return t.present(ctx, j, func(owner credential.Owner) error { return t.show.AdminRevoked(ctx, owner, all, reason) })
}

// RotationAsked tells an owner, once for the job, that an administrator wants c rotated.
func (t *Teller) RotationAsked(ctx context.Context, j job.Job, c credential.Credential, by time.Time, reason string) error {
	return t.present(ctx, j, func(credential.Owner) error { return t.show.RotationAsked(ctx, c, by, reason) })
}

// present tells the job's person something once, if they are here.
func (t *Teller) present(ctx context.Context, j job.Job, say func(credential.Owner) error) error {
	owner := credential.Owner{Team: j.Team, Person: j.Person}
	return t.leased(ctx, j, func() error {
		if here, err := t.here(ctx, owner); err != nil || !here {
			return err
		}
		return say(owner)
	})
}
