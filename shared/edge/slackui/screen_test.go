package slackui

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/apppass/apppass/infra/local/slack/api/blockkit"
	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/core/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	made    = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	expires = made.Add(15 * time.Minute)
	account = link.Account{
		Login: "alice@example.com", Application: "Thunderbird", Label: "laptop at home",
		Services: []link.Server{{ID: "mail", Name: "Example mail", Host: "mail.example.com", Ports: map[service.Protocol]int{service.IMAP: 993}}},
	}
	laptop = credential.Credential{
		ID: "c0123456789abcdef", Owner: credential.Owner{Team: "TLOCAL", Person: "UALICE"}, Login: "alice@example.com",
		Application: "thunderbird", Label: "laptop at home", State: credential.Active, Made: made, Activated: made,
	}
	scanner = credential.Credential{
		ID: "cfedcba987654321g", Application: "scanner-printer", State: credential.Pending, Made: made, Expires: made.AddDate(1, 0, 0),
	}
	withdrawn = credential.Credential{ID: "c00000000000000a0", Application: "no-longer-offered", Label: "old", State: credential.Active, Made: made}
)

// linkID is the public part of url, and used the link after it was used.
const linkID = link.ID("tBP0fRPuL-bIRbLuFBr4HQ")

var used = link.Reveal{ID: linkID, Credential: "c0123456789abcdef", Account: account, State: link.Claimed, ClaimedAt: made}

// url has the key of link's vectors.json in it.
const url = "https://apppass.example/r/open#AbQT9H0T7i_myEWy7hQa-B388KbHAN0T4nS2-6je6o3Zsm5O7d40lXF8rIQIycUXf0PS7KI"

// screens is everything that a person can be shown, by the name of its golden file.
func screens(u UI) map[string]any {
	return withRotation(u, withNudges(u, withNotices(u, withMany(u, withLeave(u, withHome(u, withLists(u, withDoctor(u, map[string]any{
		"new":                u.New(form("")),
		"new-application":    u.New(form("thunderb")),
		"new-label":          u.New(form("laptop at home")),
		"being-made":         u.BeingMade(),
		"failed":             u.View(u.Referenced(u.FailedMessage(catalog.ErrUnknown), "1a2b3c4d")),
		"link":               u.Link(account, linkID, url, expires),
		"failed-message":     u.FailedMessage(catalog.ErrUnknown),
		"link-message":       u.LinkMessage(account, linkID, url, expires),
		"ask-owner":          u.AskOwner(used, job.AskOwnerArgs{Tag: "AAAAAAAA", Browser: "Firefox on Windows", Network: "203.0.113.7"}, []string{"47", "12", "88"}),
		"ask-owner-unknown":  u.AskOwner(used, job.AskOwnerArgs{Tag: "AAAAAAAA", Network: "2001:db8::7"}, []string{"47", "12", "88"}),
		"admitted":           u.Admitted(),
		"over":               u.Over(),
		"not-me":             u.NotMe(used, "thunderbird"),
		"warn-wrong-proof":   u.Warn(used, job.WrongProof),
		"warn-two-ask":       u.Warn(used, job.TwoAsk),
		"warn-mangled":       u.Warn(used, job.Mangled),
		"opened":             u.OpenedView(u.OpenedView(u.Link(account, linkID, url, expires).Blocks, made).Blocks, made.Add(time.Minute)),
		"opened-message":     Message{Text: u.LinkMessage(account, linkID, url, expires).Text, Blocks: u.Opened(slack.Blocks{BlockSet: u.LinkMessage(account, linkID, url, expires).Blocks}, made)},
		"revealed":           u.RevealedView(used),
		"revealed-message":   u.RevealedMessage(used),
		"used-first":         u.Used(laptop, catalog.Builtin(), made, job.UsedArgs{First: true, Protocol: "imap", Address: "203.0.113.7", Network: "203.0.113.0/24"}),
		"used-first-nowhere": u.Used(laptop, catalog.Builtin(), made, job.UsedArgs{First: true, Protocol: "http"}),
		"used-network":       u.Used(laptop, catalog.Builtin(), made, job.UsedArgs{Protocol: "smtp", Address: "2001:db8::7", Network: "2001:db8::/48"}),
		"leaked":             u.Leaked(laptop, catalog.Builtin()),
		"leaked-to-admin":    u.LeakedToAdmin(laptop, catalog.Builtin()),
		"error-application":  u.NewErrors(Faults{Application: catalog.ErrUnknown}),
		"error-label":        u.NewErrors(Faults{Label: credential.ErrLabelLong}),
		"error-all": u.NewErrors(Faults{
			Application: catalog.ErrUnknown, Label: credential.ErrLabelPassword, Ends: policy.ErrLifetime, Networks: credential.ErrNetworksUnreadable,
		}),
		"error-networks-many": u.NewErrors(Faults{Networks: credential.ErrNetworksMany}),
		"error-networks-all":  u.NewErrors(Faults{Networks: credential.ErrNetworksAll}),
		"failed-lifetime":     u.View(u.FailedMessage(policy.ErrLifetime)),
		"new-needs-one":       u.New(one("scanner-printer", 0)),
		"new-any-protocol":    u.New(Form{Applications: catalog.Catalog{{ID: "fax", Name: "The old fax"}}, Submitted: Submitted{Application: "fax"}}),
		"new-outlook":         u.New(one("outlook-desktop", 0)),
		"new-outlook-mobile":  u.New(one("outlook-mobile", 0)),
		"new-apple-mail":      u.New(one("apple-mail", 0)),
		"new-ios-mail":        u.New(one("ios-mail", 0)),
		"new-gmail-app":       u.New(one("gmail-app", 0)),
		"new-oauth-program":   u.New(able(catalog.Desktop)),
		"new-oauth-service":   u.New(able(catalog.ThirdPartyService)),
		"new-oauth-script":    u.New(able(catalog.Automation)),
		"new-policy-days":     u.New(one("crm", 100*24*time.Hour)),
		"new-policy-hours":    u.New(one("crm", 47*time.Hour)),
		"new-policy-minutes":  u.New(one("crm", time.Hour)),
		"new-policy-unknown":  u.New(Form{Applications: catalog.Builtin()[:1]}),
		"new-filled":          u.New(filled()),
	}))))))))
}

func TestEveryScreenIsItsGoldenFile(t *testing.T) {
	for _, language := range text.Languages() {
		names := []string{}
		for name, screen := range screens(In(language)) {
			name = language + "-" + name + ".json"
			names = append(names, name)
			t.Run(name, func(t *testing.T) { golden(t, filepath.Join("testdata", name), screen) })
		}
		files, err := filepath.Glob(filepath.Join("testdata", language+"-*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !slices.Contains(names, filepath.Base(file)) {
				t.Errorf("%s is no screen's", file)
			}
		}
	}
}

func golden(t *testing.T, file string, screen any) {
	t.Helper()
	checkScreen(t, screen)
	got := indented(t, screen)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("(-want +got), go test -update writes it anew:\n%s", d)
	}
}

// indented is the screen's JSON for people to read: names in order, < and > as they are.
func indented(t *testing.T, screen any) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(marshal(t, sent(screen)), &v); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sent is a screen as it travels: a message's members are called so by Slack.
func sent(screen any) any {
	if m, ok := screen.(Message); ok {
		return map[string]any{"text": m.Text, "blocks": m.Blocks}
	}
	return screen
}

// checkScreen holds a screen to Slack's limits, and to what is true of every one of ours.
func checkScreen(t *testing.T, screen any) {
	t.Helper()
	var problems []blockkit.Problem
	switch s := screen.(type) {
	case slack.ModalViewRequest:
		problems = blockkit.CheckView(marshal(t, s))
	case slack.HomeTabViewRequest:
		problems = blockkit.CheckView(marshal(t, s))
	case Message:
		problems = blockkit.CheckBlocks(marshal(t, s.Blocks))
		if s.Text == "" || strings.Contains(s.Text, "/r/open#") {
			t.Errorf("the text for notifications is %q", s.Text)
		}
	}
	for _, p := range problems {
		t.Errorf("Slack refuses it: %v", p)
	}
	if body := string(marshal(t, screen)); strings.Count(body, "/r/open#") > 1 {
		t.Errorf("the link stands in more than its button: %s", body)
	}
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
