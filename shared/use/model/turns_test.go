package model_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
)

// turns lets calls at once take turns, request by request, in an order by chance: what the scheduler would seldom do, and never twice.
type turns struct {
	*rand.Rand
	arrived, left chan int
	next          []chan struct{}
}

type seat struct {
	of *turns
	at int
}

type seatKey struct{}

func newTurns(r *rand.Rand, n int) *turns {
	t := &turns{r, make(chan int), make(chan int), make([]chan struct{}, n)}
	for i := range t.next {
		t.next[i] = make(chan struct{})
	}
	return t
}

// seat is the context of a call that takes turns.
func (t *turns) seat(ctx context.Context, at int) context.Context {
	return context.WithValue(ctx, seatKey{}, seat{t, at})
}

// run lets one go at a time, once all wait for their turn, until all have left.
func (t *turns) run() {
	var waiting []int
	for live := len(t.next); ; {
		for len(waiting) < live {
			select {
			case i := <-t.arrived:
				waiting = append(waiting, i)
			case <-t.left:
				live--
			}
		}
		if live == 0 {
			return
		}
		slices.Sort(waiting)
		i := t.IntN(live)
		at := waiting[i]
		waiting = slices.Delete(waiting, i, i+1)
		t.next[at] <- struct{}{}
	}
}

// direct calls the emulated AWS without a connection, when it is the caller's turn.
type direct struct{ to http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if s, ok := r.Context().Value(seatKey{}).(seat); ok {
		s.of.arrived <- s.at
		<-s.of.next[s.at]
	}
	w := httptest.NewRecorder()
	d.to.ServeHTTP(w, r)
	return w.Result(), nil
}
