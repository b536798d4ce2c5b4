package verify

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// memory is what a process remembers of strangers, so that a flood costs few writes: who is throttled already, which rejection was kept
// within its minute, which word to an owner was left on its day, and how much was written of late. It is a bounded help and decides nothing that matters: a process that has forgotten
// all of it writes a little more.
type memory struct {
	mu       sync.Mutex
	throttle map[string]time.Time     // login and network → the window
	kept     map[string]time.Time     // a rejection's kind → its minute
	words    map[string]time.Time     // the id of a word to an owner → the day
	networks map[string]*rate.Limiter // of what is written for it
	all      *rate.Limiter
}

const (
	// remembered is how many things of a sort are remembered; one more, and all are forgotten.
	remembered = 4096
	// A network's strangers cause so many writes at once, and then one in so long; and all together.
	networkBurst, networkEvery = 64, 2 * time.Second
	allBurst, allEvery         = 512, 20 * time.Millisecond
)

func newMemory() *memory {
	return &memory{
		throttle: map[string]time.Time{}, kept: map[string]time.Time{}, words: map[string]time.Time{}, networks: map[string]*rate.Limiter{},
		all: rate.NewLimiter(rate.Every(allEvery), allBurst),
	}
}

// full reports whether the login is throttled from there, for all that is remembered.
func (m *memory) full(miss Miss) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.throttle[miss.Login+"\n"+miss.Network].Equal(miss.Window)
}

func (m *memory) fill(miss Miss) {
	m.mu.Lock()
	defer m.mu.Unlock()
	put(m.throttle, miss.Login+"\n"+miss.Network, miss.Window)
}

// mayMiss reports whether the miss may be written.
func (m *memory) mayMiss(miss Miss) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.allowed(miss.Rejection)
}

// mayReject reports whether the rejection may be written, which is once a minute for those of its kind.
func (m *memory) mayReject(r Rejection) bool {
	kind := strings.Join([]string{r.Login, r.Service, r.Network, string(r.Reason)}, "\n")
	minute := r.At.Truncate(time.Minute)
	m.mu.Lock()
	defer m.mu.Unlock()
	// What is the owner's is bounded by what he owns.
	if m.kept[kind].Equal(minute) || r.Credential == "" && !m.allowed(r) {
		return false
	}
	put(m.kept, kind, minute)
	return true
}

func (m *memory) allowed(r Rejection) bool {
	l := m.networks[r.Network]
	if l == nil {
		l = rate.NewLimiter(rate.Every(networkEvery), networkBurst)
		put(m.networks, r.Network, l)
	}
	return l.AllowN(r.At, 1) && m.all.AllowN(r.At, 1)
}

func put[V any](to map[string]V, key string, value V) {
	if len(to) >= remembered {
		clear(to)
	}
	to[key] = value
}
