package model_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/use/issue"
	"github.com/apppass/apppass/shared/use/leave"
	"github.com/apppass/apppass/shared/use/nudge"
	"github.com/apppass/apppass/shared/use/revoke"
	"github.com/apppass/apppass/shared/use/rotate"
	"github.com/apppass/apppass/shared/use/sweep"
)

var (
	steps = flag.Int("steps", 10_000, "how many steps are done")
	seed  = flag.Uint64("seed", 0, "begin with this one; 0: with one of the time")
)

// perLife is how many steps are done before another house begins.
const perLife = 100

func TestAtEveryMomentThosePasswordsVerifyThatTheRulesSay(t *testing.T) {
	first := *seed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	n := *steps
	if testing.Short() {
		n = min(n, 1000)
	}
	all := &tally{did: map[string]int{}}
	t.Run("lives", func(t *testing.T) {
		for i := range (n + perLife - 1) / perLife {
			t.Run(fmt.Sprint(first+uint64(i)), func(t *testing.T) {
				t.Parallel()
				live(t, first+uint64(i), all)
			})
		}
	})
	if n < 5000 {
		return
	}
	for _, what := range []string{
		"issue", "rotate", "again", "claim", "sweep", "end", "extend", "revoke", "withdraw", "announce", "hold", "close", "admit", "use", "at once", "verified", "refused",
	} {
		if all.did[what] == 0 {
			t.Errorf("of %q nothing has ever come", what)
		}
	}
	t.Logf("%d steps, from seed %d: %v", n, first, all.did)
}

// tally counts what has come of what, so that nothing is held for true that was never tried.
type tally struct {
	mu  sync.Mutex
	did map[string]int
}

func (t *tally) count(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.did[what] += n
}

// world is a house, and all that may be the case in it by the rules: more than one state, where calls at once leave open who came first.
type world struct {
	*house
	t      *testing.T
	script *script
	states []state
	all    []made
	told   []string // the steps
	tally  *tally
}

func live(t *testing.T, seed uint64, all *tally) {
	w := &world{house: newHouse(t), t: t, tally: all}
	w.script = &script{Rand: rand.New(rand.NewPCG(seed, 0)), made: &w.all, now: 1_800_000_000, unclear: map[int]bool{}}
	w.states = []state{{people: make([]gate, persons)}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("go test ./shared/use/model -seed %d -steps %d; the last steps were\n%s", seed, perLife, strings.Join(w.told[max(0, len(w.told)-40):], "\n"))
		}
	})
	for range perLife {
		w.passes()
		var next []step
		w.script.s = w.states[0]
		next = append(next, w.script.next())
		if w.script.IntN(4) == 0 {
			if s := w.script.beside(next[0]); s.job == none || s.job != next[0].job {
				next = append(next, s)
			}
		}
		w.level()
		w.does(next)
		if t.Failed() {
			return
		}
	}
	w.settles()
}

// passes lets some time pass: often up to where something ends.
func (w *world) passes() {
	c := w.script
	var ahead []int64
	for _, end := range w.states[0].ends() {
		if end > c.now {
			ahead = append(ahead, end)
		}
	}
	slices.Sort(ahead)
	switch n := c.IntN(20); {
	case n < 3 && len(ahead) > 0:
		c.now = max(c.now, ahead[c.IntN(min(len(ahead), 3))]+c.Int64N(3)-1)
	case n < 9:
		c.now += c.Int64N(10)
	case n < 12:
		c.now += c.Int64N(90)
	case n < 13:
		c.now += c.Int64N(20 * 60)
	case n < 14 && c.IntN(3) == 0:
		c.now += c.Int64N(30 * 3600)
	}
	w.told = append(w.told, fmt.Sprintf("at %d", c.now))
}

// level gives every state the places that the script has made for what may come to be.
func (w *world) level() {
	s := w.script.s
	for i := range w.states {
		k := &w.states[i]
		k.credentials = append(slices.Clip(k.credentials), s.credentials[len(k.credentials):]...)
		k.links = append(slices.Clip(k.links), s.links[len(k.links):]...)
		k.jobs = append(slices.Clip(k.jobs), s.jobs[len(k.jobs):]...)
	}
}

type outcome struct {
	did, overtaken bool
}

// overtaken reports an error that says no more than that something else has come between.
func overtaken(err error) bool {
	for _, e := range []error{
		revoke.ErrChanged, rotate.ErrChanged, nudge.ErrChanged, issue.ErrConflict, leave.ErrChanged, sweep.ErrChanged, problem.ErrUnavailable,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// does does a step, or two of them at once, and looks what has come of it.
func (w *world) does(next []step) {
	outcomes := make([]outcome, len(next))
	errs := make([]error, len(next))
	taken := newTurns(w.script.Rand, len(next))
	for i, s := range next {
		w.told = append(w.told, fmt.Sprintf("  %s", s.what))
		go func() {
			outcomes[i].did, errs[i] = s.do(w.process(taken.seat(w.t.Context(), i), s.clock))
			taken.left <- i
		}()
	}
	taken.run()
	for i, err := range errs {
		w.told[len(w.told)-len(next)+i] += fmt.Sprintf(": %v %v", outcomes[i].did, err)
		outcomes[i].overtaken = overtaken(err)
		if outcomes[i].did {
			kind, _, _ := strings.Cut(next[i].what, " ")
			w.tally.count(strings.TrimSuffix(kind, ":"), 1)
		}
		switch {
		case err == nil, outcomes[i].overtaken && len(next) > 1:
		case problem.Of(err).Kind() == problem.Internal || outcomes[i].overtaken:
			w.t.Errorf("%s: %v", next[i].what, err)
		}
		if outcomes[i].overtaken && next[i].job != none {
			w.script.unclear[next[i].job] = true
		}
	}
	if len(next) > 1 {
		w.tally.count("at once", 1)
	}
	var after []state
	for _, s := range w.states {
		for _, order := range [][]int{{0, 1}, {1, 0}}[:len(next)] {
			if k, ok := follow(s.clone(), next, outcomes, order[:len(next)]); ok && !slices.ContainsFunc(after, func(o state) bool { return reflect.DeepEqual(o, k) }) {
				after = append(after, k)
			}
		}
	}
	if len(after) == 0 {
		w.t.Errorf("the rules do not lead there: %+v", outcomes)
		return
	}
	w.verifies(after)
}

// follow does steps by the rules. Ok says that what has come of them may have.
func follow(s state, next []step, outcomes []outcome, order []int) (state, bool) {
	for _, i := range order {
		if outcomes[i].overtaken && !next[i].parts {
			continue
		}
		if did := next[i].rule(&s); did != outcomes[i].did && !next[i].loose {
			return s, false
		}
	}
	return s, true
}
