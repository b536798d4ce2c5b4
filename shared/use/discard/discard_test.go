package discard_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/discard"
)

type ports struct {
	reveal  link.Reveal
	known   error
	deleted []string
	later   []time.Duration
}

func (p *ports) Reveal(context.Context, link.ID) (link.Reveal, error) { return p.reveal, p.known }

func (p *ports) Delete(_ context.Context, name string) error {
	p.deleted = append(p.deleted, name)
	return nil
}

func (p *ports) Send(_ context.Context, _ job.Job, delay time.Duration) error {
	p.later = append(p.later, delay)
	return nil
}

func TestASecretGoesWhenNobodyMayReadIt(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	in := func(s link.State, expires, claimed time.Duration) link.Reveal {
		return link.Reveal{ID: "r", Secret: "s", State: s, Expires: now.Add(expires), ClaimedAt: now.Add(claimed), Ended: now.Add(-time.Second)}
	}
	for name, c := range map[string]struct {
		reveal link.Reveal
		known  error
		wait   time.Duration // 0: it is deleted now
		want   error
	}{
		"ready":              {in(link.Ready, time.Minute, 0), nil, 65 * time.Second, nil},
		"preparing":          {in(link.Preparing, time.Minute, 0), nil, 65 * time.Second, nil},
		"expired":            {in(link.Ready, -5*time.Second, 0), nil, 0, nil},
		"expired just now":   {in(link.Ready, -time.Second, 0), nil, 4 * time.Second, nil},
		"claimed just now":   {in(link.Claimed, time.Minute, -time.Second), nil, 59 * time.Second, nil},
		"claimed long ago":   {in(link.Claimed, time.Minute, -time.Minute), nil, 0, nil},
		"void":               {in(link.Void, time.Minute, 0), nil, 0, nil},
		"forgotten":          {link.Reveal{}, link.ErrUnknown, 0, nil},
		"of a former secret": {link.Reveal{Secret: "another", State: link.Ready, Expires: now.Add(time.Hour)}, nil, 0, nil},
		"storage is away":    {link.Reveal{}, problem.ErrUnavailable, -1, problem.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			p := &ports{reveal: c.reveal, known: c.known}
			j, err := (link.Reveal{ID: "r", Secret: "s"}).DiscardJob(now)
			if err != nil {
				t.Fatal(err)
			}
			err = discard.New(p, p, p, func() time.Time { return now }).Discard(t.Context(), j)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if deleted := len(p.deleted) == 1 && p.deleted[0] == "s"; deleted != (c.wait == 0) {
				t.Errorf("deleted %v, want %v", p.deleted, c.wait == 0)
			}
			if later := len(p.later) == 1 && p.later[0] == c.wait; later != (c.wait > 0) {
				t.Errorf("queued again after %v, want %v", p.later, c.wait)
			}
		})
	}
}
