package dovecot

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"
)

// offer is what kind of password a device has.
type offer int

const (
	right   offer = iota
	revoked       // offered for ever
	unknown       // the same at each try
	guessed       // another at each try, for one login, from the network of its owner
)

// offers is how often each comes.
var offers = slices.Concat(slices.Repeat([]offer{right}, 12), slices.Repeat([]offer{revoked}, 4), slices.Repeat([]offer{unknown}, 2), slices.Repeat([]offer{guessed}, 2))

// spell is a part of a day.
type spell struct {
	name  string
	begin func()
	// share is how many of the day's sign-ins are answered in it, in percent; atMost, if set, ends it earlier. The last one takes what the
	// others have left.
	share  int
	atMost time.Duration
	// within happens while people sign in, and the spell lasts at least as long.
	within func()
	// trouble is when apppass is not there.
	trouble bool

	took     time.Duration
	answered atomic.Int64
	tries    []try // those that began in it
}

// try is a sign-in.
type try struct {
	offer   offer
	settled bool // what makes the spell in which it began had come about
	verdict verdict
	err     error
	took    time.Duration
	end     *spell // in which it was answered
}

// day is a mail server's day: people and their devices sign in while one thing after the other happens to apppass.
type day struct {
	server *server
	staff  []holder
	spells []*spell

	mu      sync.Mutex
	now     *spell
	settled bool // what makes it has come about
}

// goes makes so many sign-ins, so many at a time.
func (d *day) goes(signIns, connections int) {
	ctx, over := context.WithCancel(context.Background())
	var devices sync.WaitGroup
	left := int64(signIns)
	for i, s := range d.spells {
		d.isIn(s, false)
		if s.begin != nil {
			s.begin()
		}
		d.isIn(s, true)
		begun := time.Now()
		if i == 0 {
			for range connections {
				devices.Go(func() {
					for ctx.Err() == nil {
						d.signsIn()
					}
				})
			}
		}
		if s.within != nil {
			s.within()
		}
		quota := int64(signIns * s.share / 100)
		if i == len(d.spells)-1 {
			quota = max(quota, left)
		}
		for s.answered.Load() < quota && (s.atMost == 0 || time.Since(begun) < s.atMost) {
			time.Sleep(time.Millisecond)
		}
		left -= s.answered.Load()
		s.took = time.Since(begun)
	}
	over()
	devices.Wait()
}

func (d *day) isIn(s *spell, settled bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now, d.settled = s, settled
}

// signsIn makes one sign-in of somebody's.
func (d *day) signsIn() {
	d.mu.Lock()
	begin, settled := d.now, d.settled
	d.mu.Unlock()
	t, h, p := try{offer: offers[rand.IntN(len(offers))], settled: settled}, d.staff[rand.IntN(len(d.staff))], retrieving[rand.IntN(len(retrieving))]
	var password string
	switch t.offer {
	case right:
		password = h.right
	case revoked:
		password = h.revoked
	case unknown:
		password = h.unknown
	case guessed:
		h, password = d.staff[0], unknownPassword()
	}
	begun := time.Now()
	t.verdict, t.err = p.visits(d.server, h.login, password)
	t.took = time.Since(begun)
	d.mu.Lock()
	defer d.mu.Unlock()
	t.end = d.now
	begin.tries = append(begin.tries, t)
	t.end.answered.Add(1)
}

// count is how many of a spell's sign-ins were told something, with a right password or with another.
func (s *spell) count(good bool, v verdict) (n int) {
	for _, t := range s.tries {
		if (t.offer == right) == good && t.verdict == v {
			n++
		}
	}
	return n
}

// isRight expects that everyone was told something, and nobody anything untrue.
func (d *day) isRight(t *testing.T) {
	t.Helper()
	refused := 0
	for _, s := range d.spells {
		asked, put, lost, guesses := 0, 0, 0, 0
		var why error
		for _, a := range s.tries {
			if a.err != nil {
				lost, why = lost+1, a.err
			}
			if !a.settled {
				continue
			}
			if s.trouble && a.end.trouble && a.verdict != later {
				guesses++
			}
			if a.offer == right && a.end == s {
				asked++
				if a.verdict == later {
					put++
				}
			}
		}
		if lost > 0 {
			t.Errorf("%s: %d sign-ins were not answered, one of them because of: %v", s.name, lost, why)
		}
		if guesses > 0 {
			t.Errorf("%s: %d sign-ins were let in or refused, and nobody could know", s.name, guesses)
		}
		if n := s.count(true, wrong); n > 0 {
			t.Errorf("%s: right passwords were called wrong %d times", s.name, n)
		}
		if n := s.count(false, in); n > 0 {
			t.Errorf("%s: others were let in %d times", s.name, n)
		}
		if s.trouble && s.count(true, later) == 0 {
			t.Errorf("%s: nobody noticed", s.name)
		}
		// One is whom the killed process was working for. A machine that is busy with other things may keep a few longer than the script waits.
		if !s.trouble && put > 1+asked/20 {
			t.Errorf("%s: %d of %d right passwords were told to try later", s.name, put, asked)
		}
		refused += s.count(false, wrong)
	}
	if refused == 0 {
		t.Error("nobody was refused all day")
	}
}

// table is what happened to the sign-ins that began in each spell. Latencies are those of right passwords.
func (d *day) table() string {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tseconds\tsign-ins\tper second\tright: in\tlater\twrong\tp50\tp99\tothers: in\tlater\twrong\t")
	sum := &spell{name: "in all"}
	for _, s := range append(slices.Clone(d.spells), sum) {
		var took []time.Duration
		for _, t := range s.tries {
			if t.offer == right {
				took = append(took, t.took)
			}
		}
		slices.Sort(took)
		at := func(percent int) time.Duration {
			if len(took) == 0 {
				return 0
			}
			return took[len(took)*percent/100].Round(100 * time.Microsecond)
		}
		fmt.Fprintf(w, "%s\t%.1f\t%d\t%.0f\t%d\t%d\t%d\t%v\t%v\t%d\t%d\t%d\t\n", s.name, s.took.Seconds(), len(s.tries),
			float64(len(s.tries))/s.took.Seconds(), s.count(true, in), s.count(true, later), s.count(true, wrong), at(50), at(99),
			s.count(false, in), s.count(false, later), s.count(false, wrong))
		sum.tries, sum.took = append(sum.tries, s.tries...), sum.took+s.took
	}
	_ = w.Flush()
	return b.String()
}
