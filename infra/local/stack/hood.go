package stack

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/aws"
	"github.com/apppass/apppass/infra/local/slack/api"
)

// remembered is how many of each kind the hood shows.
const remembered = 100

// hood is what a newcomer sees under it: what passed between Slack, the functions and AWS, without any content.
type hood struct {
	mu        sync.Mutex
	exchanges []exchange
	calls     []call
	logs      []logLine
}

type exchange struct {
	At        time.Time `json:"at"`
	Direction string    `json:"direction"` // "to app" or "from app"
	Name      string    `json:"name"`
	Status    int       `json:"status"`
	Took      int64     `json:"took_ms"`
}

type call struct {
	At        time.Time `json:"at"`
	Function  string    `json:"function"`
	Service   string    `json:"service"`
	Operation string    `json:"operation"`
	Status    int       `json:"status"`
	Error     string    `json:"error,omitempty"`
	Took      int64     `json:"took_ms"`
}

type logLine struct {
	Source string `json:"source"`
	Line   string `json:"line"`
}

func (h *hood) exchange(e api.Exchange) {
	direction := "to app"
	if e.FromApp {
		direction = "from app"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.exchanges = keep(h.exchanges, exchange{e.At, direction, e.Name, e.Status, e.Took.Milliseconds()})
}

func (h *hood) call(c aws.Call) {
	if c.Function == "" {
		return // the stack's own, like the polling of queues
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = keep(h.calls, call{c.At, c.Function, c.Service, c.Operation, c.Status, c.ErrorType, c.Took.Milliseconds()})
}

func (h *hood) line(source, line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logs = keep(h.logs, logLine{source, line})
}

func keep[T any](all []T, one T) []T {
	if len(all) == remembered {
		all = slices.Delete(all, 0, 1)
	}
	return append(all, one)
}

// ServeHTTP answers GET /api/hood with what was seen last, the oldest first.
func (h *hood) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	// Lists, also while they are empty.
	body, err := json.Marshal(map[string]any{
		"exchanges": append([]exchange{}, h.exchanges...), "aws": append([]call{}, h.calls...), "logs": append([]logLine{}, h.logs...),
	})
	h.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	// Whoever hung up does not get the answer.
	_, _ = w.Write(body)
}
