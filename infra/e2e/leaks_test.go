package e2e

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apppass/apppass/infra/e2e/canary"
	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/slack/api"
	"github.com/apppass/apppass/infra/local/world"
)

// allowed is where a secret may be, by the beginnings of places' names; with a question mark where it is only now and then. Everywhere
// else it is a leak.
var allowed = map[string][]string{
	// Nowhere: each exists in the process that makes it, and in the page.
	"password": nil, "proof": nil, "seal key": nil,
	// In the one view or message that carries it, which Slack keeps, shows and sends back at every click.
	"link": {"slack app→ views.update", "slack app→ chat.postMessage", "slack →app block_actions", "slack journal", "screen"},
	// Which browser session has claimed.
	"nonce": {"dynamodb", "dynamodb journal"},
	// Under which a password is found: a keyed hash.
	"verifier": {"dynamodb", "dynamodb journal"},
	// The deployment's own secrets, and the token where it is shown to Slack.
	"pepper":         {"secretsmanager", "secretsmanager journal"},
	"signing secret": {"secretsmanager", "secretsmanager journal"},
	"bot token":      {"secretsmanager", "secretsmanager journal", "slack app→"},
	"service key":    nil,
	// Where the worker answers; a job carries it, and Slack made it.
	"response_url": {"sqs?", "sqs journal", "slack →app command", "slack →app block_actions", "slack app→ response_url"},
	// What a person pastes into Slack is Slack's; it must not come any further than to the function that refuses it.
	"pasted": {"slack →app command"},
}

func TestNoSecretIsWhereItMustNotBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := world.New(t, world.In(dir))
	secrets := live(t, w)
	places := everywhere(t, w, dir)
	found := canary.Find(secrets, places)
	for _, f := range found {
		if !may(f) {
			t.Errorf("a leak: %v", f)
		}
	}
	// Were the search blind, it would not see what is rightly there either.
	for kind, where := range allowed {
		for _, place := range where {
			if strings.HasSuffix(place, "?") {
				continue
			}
			if !slices.ContainsFunc(found, func(f canary.Finding) bool {
				return strings.HasPrefix(f.Secret, kind) && strings.HasPrefix(f.Place, place)
			}) {
				t.Errorf("%s is not found in %s, where it is: the table is wrong, or the search is blind", kind, place)
			}
		}
	}
}

func TestAPlantedLeakIsFoundInEveryPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := world.New(t, world.In(dir))
	secrets := live(t, w)
	for _, p := range everywhere(t, w, dir) {
		for _, form := range canary.Forms() {
			leaky := canary.Place{Name: p.Name, Bytes: slices.Clone(p.Bytes)}
			for _, s := range secrets {
				leaky.Bytes = slices.Concat(leaky.Bytes, []byte(" "), canary.Write(form, s.Bytes))
			}
			found := canary.Find(secrets, []canary.Place{leaky})
			for _, s := range secrets {
				if !slices.Contains(found, canary.Finding{Secret: s.Name, Place: p.Name, Form: form}) {
					t.Errorf("%s planted in %s, %s, is not found", s.Name, p.Name, form)
				}
			}
		}
	}
}

func may(f canary.Finding) bool {
	kind, _, _ := strings.Cut(f.Secret, ":")
	return slices.ContainsFunc(allowed[kind], func(place string) bool { return strings.HasPrefix(f.Place, strings.TrimSuffix(place, "?")) })
}

// live lives through everything that happens to passwords, and returns every secret that was in it.
func live(t *testing.T, w *world.World) []canary.Secret {
	t.Helper()
	var secrets []canary.Secret
	know := func(kind, which string, b []byte) {
		secrets = append(secrets, canary.Secret{Name: kind + ":" + which, Bytes: b})
	}
	reveal := func(kind, who string, tab *world.Tab) string {
		pw := tab.Reveals()
		know(kind, who, []byte(strings.ReplaceAll(strings.TrimPrefix(pw, "app-"), "-", "")))
		know(kind, who+", as shown", []byte(pw))
		nonce := tab.Nonce()
		know("nonce", who, nonce[:])
		return pw
	}
	open := func(who string, tab *world.Tab) *world.Tab {
		fragment, key, proof, seal := derived(t, tab.Address)
		know("link", who+", whole", []byte(fragment))
		know("link", who+", its key", key)
		know("proof", who, proof)
		know("seal key", who, seal)
		return tab
	}

	scene := w.Alice.Types("/apppass new Thunderbird").Picks("Thunderbird").Labels("laptop").Submits()
	tab := open("Alice", scene.OpensLink())
	pw := reveal("password", "Alice", tab)
	w.Mail.Accepts(w.Alice, pw)
	w.Mail.Rejects(w.Bob, pw, "wrong_login")
	w.Mail.AsksAs(drive.Login{Login: "alice@example.com", Password: pw + "x", Protocol: "imap"})
	if _, err := tab.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Alice.Types("/apppass revoke laptop").Confirms()
	w.Mail.Rejects(w.Alice, pw, "revoked")

	// In a direct message, after trouble, and made anew.
	w.Breaks(drive.Fault{Target: "secretsmanager", Operation: "CreateSecret", Kind: "after", Times: 3})
	w.Bob.Types("/apppass new").Picks("CRM").Sends()
	w.Bob.Closes()
	found := reveal("password", "Bob", open("Bob", w.Bob.Awaits("the link", (*world.Scene).HasLink).OpensLink()))
	// Found in the wild, by somebody who reports it.
	reports(t, w, "password="+found)
	w.Bob.Awaits("that it was found", func(s *world.Scene) bool { return strings.Contains(s.Words(), "was found where others can read it") })
	// Pasted by mistake.
	pasted := reveal("pasted", "Carol", open("Carol", w.Carol.Types("/apppass new").Picks("Thunderbird").Submits().OpensLink()))
	for _, verb := range []string{"revoke ", "new ", "", "list "} {
		w.Carol.Types("/apppass " + verb + pasted)
	}
	// Never opened.
	open("Carol, unread", w.Carol.Types("/apppass new").Picks("Old device with a short password field").Submits().OpensLink())
	w.Advance(16 * time.Minute)
	w.Eventually("what was sealed is deleted", func() bool { return len(sealed(w)) == 0 })

	for _, v := range w.AWS.Secrets().Values() {
		if strings.HasSuffix(v.Name, "peppersecret") {
			var stored struct{ Key string }
			if err := json.Unmarshal(v.Bytes, &stored); err != nil {
				t.Fatal("the pepper is no JSON")
			}
			know("pepper", "1", []byte(stored.Key))
		}
	}
	know("signing secret", "Slack's", []byte("local-signing-secret"))
	know("bot token", "Slack's", []byte("xoxb-local"))
	know("service key", "mail", []byte("local-mail-service-key"))
	made := w.Admin.MakesKey("mail")
	know("service key", "mail, made", []byte(made))
	w.Admin.RevokesKey("mail", made[:12])
	for _, item := range w.AWS.DynamoDB().Dump()[w.Table("VerifiersTable")] {
		var stored struct{ PK struct{ S string } }
		if err := json.Unmarshal(item, &stored); err != nil {
			t.Fatal(err)
		}
		know("verifier", stored.PK.S[:4], []byte(stored.PK.S))
	}
	for n, address := range responseURLs(t, w.Exchanges()) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		know("response_url", fmt.Sprint(n), []byte(u.Path))
	}
	return secrets
}

// responseURLs is every one that Slack has given.
func responseURLs(t *testing.T, all []api.Exchange) []string {
	t.Helper()
	var found []string
	for _, e := range all {
		form, err := url.ParseQuery(string(e.Body))
		if err != nil || e.FromApp {
			continue
		}
		var payload struct {
			ResponseURL string `json:"response_url"`
		}
		if text := form.Get("payload"); text != "" {
			if err := json.Unmarshal([]byte(text), &payload); err != nil {
				t.Fatal(err)
			}
		}
		if address := form.Get("response_url") + payload.ResponseURL; address != "" {
			found = append(found, address)
		}
	}
	return found
}

// derived is what a link is and what follows from its key, computed anew from the specification.
func derived(t *testing.T, address string) (fragment string, key, proof, seal []byte) {
	t.Helper()
	_, fragment, _ = strings.Cut(address, "#")
	b, err := base64.RawURLEncoding.DecodeString(fragment)
	if err != nil || len(b) != 53 {
		t.Fatal("a link is not of 53 bytes")
	}
	id, key := b[1:17], b[17:49]
	for to, info := range map[*[]byte]string{&proof: "apppass/1/proof", &seal: "apppass/1/seal"} {
		if *to, err = hkdf.Key(sha256.New, key, id, info, 32); err != nil {
			t.Fatal(err)
		}
	}
	return fragment, key, proof, seal
}

// everywhere is every place in which something is kept or passes by.
func everywhere(t *testing.T, w *world.World, dir string) []canary.Place {
	t.Helper()
	var places []canary.Place
	add := func(name string, b []byte) { places = append(places, canary.Place{Name: name, Bytes: b}) }
	for table, items := range w.AWS.DynamoDB().Dump() {
		var all []byte
		for _, item := range items {
			all = append(append(all, item...), '\n')
		}
		add("dynamodb "+table, all)
	}
	var queued []byte
	for _, m := range w.AWS.Queues().Messages() {
		queued = append(queued, m.Body+"\n"...)
	}
	add("sqs", queued)
	for _, v := range w.AWS.Secrets().Values() {
		add("secretsmanager "+v.Name, v.Bytes)
	}
	add("log", []byte(strings.Join(w.Logs(), "\n")))
	for name, bodies := range exchanged(w.Exchanges()) {
		add("slack "+name, bodies)
	}
	for _, p := range []*world.Person{w.Alice, w.Bob, w.Carol} {
		screen, err := json.Marshal(p.Sees().Screen)
		if err != nil {
			t.Fatal(err)
		}
		add("screen "+p.ID, screen)
	}
	journals, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	if err != nil || len(journals) != 4 {
		t.Fatalf("there are %d journals (%v), want 4", len(journals), err)
	}
	for _, path := range journals {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		add(strings.TrimSuffix(filepath.Base(path), ".journal")+" journal", b)
	}
	return places
}

// exchanged is what went between Slack and the app, by its kind.
func exchanged(all []api.Exchange) map[string][]byte {
	kinds := map[string][]byte{}
	for _, e := range all {
		name := "→app " + e.Name
		if e.FromApp {
			name = "app→ " + e.Name
		}
		var b bytes.Buffer
		fmt.Fprintln(&b, e.URL)
		if err := e.Header.Write(&b); err != nil {
			continue
		}
		b.Write(e.Body)
		// Forms hold what they hold under percent signs, some of it twice.
		if form, err := url.ParseQuery(string(e.Body)); err == nil && strings.HasPrefix(e.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			fmt.Fprintln(&b, form)
		}
		b.Write(e.Answer)
		kinds[name] = append(kinds[name], b.Bytes()...)
	}
	return kinds
}
