package world

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/infra/local/stack"
)

// Letter is a request of Slack's to the app, but for its signature.
type Letter struct {
	// Name is what Slack sends: "command", a payload's type ("block_actions") or an event's ("user_change").
	Name            string
	url, kind, body string
}

// Letters is what Slack has sent to the app so far.
func (w *World) Letters() (all []Letter) {
	for _, e := range w.Exchanges() {
		if !e.FromApp {
			all = append(all, Letter{e.Name, e.URL, e.Header.Get("Content-Type"), string(e.Body)})
		}
	}
	return all
}

// Delivers sends a letter, signed as of a time, and returns the answer's status; 0 fails the test. It may be called from many goroutines.
func (w *World) Delivers(l Letter, signed time.Time) int {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, strings.NewReader(l.body))
	if err != nil {
		w.t.Errorf("deliver a %s: %v", l.Name, err)
		return 0
	}
	stamp := strconv.FormatInt(signed.Unix(), 10)
	request.Header.Set("Content-Type", l.kind)
	request.Header.Set("X-Slack-Request-Timestamp", stamp)
	request.Header.Set("X-Slack-Signature", api.Sign(stack.SigningSecret, stamp, []byte(l.body)))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Errorf("deliver a %s: %v", l.Name, err)
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// Storms delivers n letters out of some, each at least once where n allows it, in any order and eight at a time, while the queue of requests
// repeats some of its messages. Each is signed as long ago as age says; beyond five minutes, either way, it has to be refused.
func (w *World) Storms(random *rand.Rand, some []Letter, n int, age time.Duration) {
	w.t.Helper()
	var sent []Letter
	for len(sent) < n {
		sent = append(sent, some[:min(len(some), n-len(sent))]...)
	}
	random.Shuffle(n, func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
	next := make(chan Letter)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for l := range next {
				want := http.StatusOK
				if age.Abs() > 5*time.Minute {
					want = http.StatusUnauthorized
				}
				switch got := w.Delivers(l, w.Clock.Now().Add(-age)); {
				case got == http.StatusServiceUnavailable && want == http.StatusOK && (l.Name == "shortcut" || l.Name == "block_actions"):
					// No form opens by an old trigger.
				case got != want:
					w.t.Errorf("a %s signed %v ago: got %d, want %d", l.Name, age, got, want)
				}
			}
		})
	}
	for n, l := range sent {
		if n%10 == 0 {
			w.Repeats("RequestsQueue")
		}
		next <- l
	}
	close(next)
	all.Wait()
}

// Another is a letter with a payload like that of the first submission or, where an action's id is given, the first press of that; from a
// person, and changed.
func (p *Person) Another(like []Letter, action string, change func(payload map[string]any)) Letter {
	p.w.t.Helper()
	for _, l := range like {
		var payload map[string]any
		form, err := url.ParseQuery(l.body)
		if err != nil || json.Unmarshal([]byte(form.Get("payload")), &payload) != nil || Pressed(payload)["action_id"] != action && action != "" ||
			action == "" && payload["type"] != "view_submission" {
			continue
		}
		if user, ok := payload["user"].(map[string]any); ok {
			user["id"] = p.ID
		}
		change(payload)
		b, err := json.Marshal(payload)
		if err != nil {
			p.w.t.Fatalf("another payload: %v", err)
		}
		return Letter{fmt.Sprint(payload["type"]), l.url, l.kind, url.Values{"payload": {string(b)}}.Encode()}
	}
	p.w.t.Fatalf("Slack has sent no payload with the action %q", action)
	return Letter{}
}

// Pressed is the first action in a payload; nil where nothing was pressed.
func Pressed(payload map[string]any) map[string]any {
	if all, _ := payload["actions"].([]any); len(all) > 0 {
		first, _ := all[0].(map[string]any)
		return first
	}
	return nil
}

// Repeats makes a queue deliver the next message that is received from it once more; by the queue's logical id in the template.
func (w *World) Repeats(queue string) {
	for _, q := range w.Template.Queues {
		if q.LogicalID == queue {
			w.AWS.Queues().DeliverTwice(q.URL[strings.LastIndexByte(q.URL, '/')+1:], 1)
		}
	}
}

var linked = regexp.MustCompile(`/r/open#([A-Za-z0-9_-]{71})`)

// Shown is how often the app has put each link, by its fragment, before somebody's eyes in these exchanges; what Slack refused is not counted.
func Shown(all []api.Exchange) map[string]int {
	links := map[string]int{}
	for _, e := range all {
		if !e.FromApp || !bytes.Contains(e.Answer, []byte(`"ok":true`)) {
			continue
		}
		body := string(e.Body)
		if form, err := url.ParseQuery(body); err == nil && strings.HasPrefix(e.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			body = fmt.Sprint(form)
		}
		in := map[string]bool{} // it may stand there more than once
		for _, found := range linked.FindAllStringSubmatch(body, -1) {
			in[found[1]] = true
		}
		for link := range in {
			links[link]++
		}
	}
	return links
}
