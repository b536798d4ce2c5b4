package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/link"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/edge/apigw"
	"github.com/apppass/apppass/shared/use/reveal"
)

// keeper answers claims, and remembers whose they are.
type keeper struct {
	revealed reveal.Revealed
	err      error
	claims   []reveal.Claim
	dones    []reveal.Claim
}

func (v *keeper) Claim(_ context.Context, c reveal.Claim) (reveal.Revealed, error) {
	v.claims = append(v.claims, c)
	return v.revealed, v.err
}

func (v *keeper) Done(_ context.Context, c reveal.Claim) error {
	v.dones = append(v.dones, c)
	return v.err
}

// The first link of shared/core/link/testdata/vectors.json, and a nonce.
const (
	sentID    = "tBP0fRPuL-bIRbLuFBr4HQ"
	sentProof = "jjAYXZXD3w45_9bJIsvYzghLg-FUk_zElEYleAYvHio"
	sentNonce = "EBESExQVFhcYGRobHB0eHw"
)

var sentClaim = reveal.Claim{
	ID: sentID, Proof: [link.ProofLen]byte(bytesOf(sentProof)), Nonce: link.Nonce(bytesOf(sentNonce)),
}

func bytesOf(s string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		panic(err) // a constant
	}
	return b
}

// claiming is a claim's body, its members by name.
func claiming(id, proof, nonce any) string {
	body, err := json.Marshal(map[string]any{"id": id, "proof": proof, "nonce": nonce})
	if err != nil {
		panic(err) // maps of plain values
	}
	return string(body)
}

// post sends what our own page sends, and returns the answer and the log.
func post(v *keeper, path, body string) (*httptest.ResponseRecorder, string) {
	r := httptest.NewRequest(http.MethodPost, "https://apppass.example"+path, strings.NewReader(body))
	for name, value := range fromOurPage {
		r.Header.Set(name, value)
	}
	w, log := httptest.NewRecorder(), &bytes.Buffer{}
	routes(v, someMail{}, slog.New(slog.NewJSONHandler(log, nil))).ServeHTTP(w, r)
	return w, log.String()
}

func TestEveryExampleIsServed(t *testing.T) {
	var seen reveal.Claim // what the example's browser is for its owner's eyes
	want := map[string]func(a events.APIGatewayV2HTTPResponse, v *keeper) bool{
		"page.json": isPage, "page-mangled.json": isPage, "page-with-query-and-cookies.json": isPage, "page-with-repeated-names.json": isPage,
		"page-head.json": func(a events.APIGatewayV2HTTPResponse, v *keeper) bool {
			return a.StatusCode == 200 && a.Body == "" && len(v.claims)+len(v.dones) == 0
		},
		"claim.json": func(a events.APIGatewayV2HTTPResponse, v *keeper) bool {
			return a.StatusCode == 200 && strings.Contains(a.Body, `"state":"claimed"`) && cmp.Equal(v.claims, []reveal.Claim{seen})
		},
		"profile.json": isFile(`<plist version="1.0">`), "profile-head.json": isFile(""),
		"autoconfig.json": isFile(`<clientConfig version="1.1">`), "autoconfig-head.json": isFile(""),
		"done.json": func(a events.APIGatewayV2HTTPResponse, v *keeper) bool {
			return a.StatusCode == 204 && a.Body == "" && cmp.Equal(v.dones, []reveal.Claim{sentClaim})
		},
	}
	seen = sentClaim
	seen.Browser, seen.Network = "Firefox on Linux", "198.51.100.23"
	const folder = "../../events/reveal/"
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(folder + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		var v keeper
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, nil))
		answer, err := apigw.New(routes(&v, someMail{}, logger), logger).Handle(t.Context(), e)
		if check := want[f.Name()]; err != nil || check == nil || !check(answer, &v) {
			t.Errorf("%s (read: %v): got %d %.200s and the claims %v, %v", f.Name(), check != nil, answer.StatusCode, answer.Body, v.claims, err)
		}
		// A mangled link has its key in the path.
		for _, secret := range []string{"AbQT9H0T7i", sentProof, sentNonce} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("%s: %s is in the log:\n%s", f.Name(), secret, &log)
			}
		}
		delete(want, f.Name())
	}
	for name := range want {
		t.Errorf("there is no %s", name)
	}
}

// isFile expects a file with that in it, or a HEAD's answer.
func isFile(holds string) func(a events.APIGatewayV2HTTPResponse, v *keeper) bool {
	return func(a events.APIGatewayV2HTTPResponse, v *keeper) bool {
		return a.StatusCode == 200 && strings.Contains(a.Body, holds) && (holds != "" || a.Body == "") && len(v.claims)+len(v.dones) == 0
	}
}

func isPage(a events.APIGatewayV2HTTPResponse, v *keeper) bool {
	return a.StatusCode == 200 && a.Headers["content-encoding"] == "br" && a.IsBase64Encoded && len(v.claims)+len(v.dones) == 0
}

func TestAClaimIsAnsweredWithWhatIsSealed(t *testing.T) {
	v := &keeper{revealed: reveal.Revealed{
		Sealed: []byte{0xfb, 0xff, 0x00}, Until: time.Unix(1795597260, 999),
		Reveal: link.Reveal{Credential: "c0123456789abcdef", Account: link.Account{
			Login: "alice@example.com", Application: "Thunderbird", Label: "<laptop>",
			Services: []link.Server{{ID: "mail", Name: "Example mail", Host: "mail.example.com", Ports: map[service.Protocol]int{service.IMAP: 993}}},
		}},
	}}
	w, log := post(v, "/r/claim", claiming(sentID, sentProof, sentNonce))
	var got any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"state": "claimed", "sealed": "-_8A", "credential_id": "c0123456789abcdef", "until": 1795597260.0,
		"account": map[string]any{"login": "alice@example.com", "application": "Thunderbird", "label": "<laptop>", "services": []any{
			map[string]any{"id": "mail", "name": "Example mail", "host": "mail.example.com", "ports": map[string]any{"imap": 993.0}},
		}},
	}
	if d := cmp.Diff(want, got); d != "" || w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s (-want +got):\n%s", w.Code, w.Header().Get("Content-Type"), d)
	}
	claim := sentClaim
	claim.Network = "192.0.2.1"
	if d := cmp.Diff([]reveal.Claim{claim}, v.claims); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if strings.Contains(log, "alice@") || strings.Contains(log, "-_8A") || !strings.Contains(log, "c0123456789abcdef") {
		t.Errorf("logged\n%s", log)
	}
}

func TestWithoutServicesThereIsAnEmptyList(t *testing.T) {
	if w, _ := post(&keeper{}, "/r/claim", claiming(sentID, sentProof, sentNonce)); !strings.Contains(w.Body.String(), `"services":[]`) {
		t.Errorf("got %s", w.Body)
	}
}

func TestALinkThatIsNotToBeHadSaysWhy(t *testing.T) {
	at := time.Unix(1795597200, 0)
	for _, c := range []struct {
		err    error
		status int
		body   string
		retry  bool
	}{
		{link.ErrUnknown, 404, `{"state":"unknown"}`, false},
		{&reveal.Ended{At: at, Err: link.ErrUsed}, 410, `{"state":"used","at":1795597200}`, false},
		{&reveal.Ended{At: at, Err: link.ErrExpired}, 410, `{"state":"expired","at":1795597200}`, false},
		{&reveal.Ended{At: at, Err: link.ErrVoid}, 410, `{"state":"void","at":1795597200}`, false},
		{&reveal.Ended{Err: link.ErrVoid}, 410, `{"state":"void"}`, false},
		{link.ErrUsed, 410, `{"state":"used"}`, false},
		{link.ErrHeld, 403, `{"state":"held"}`, false},
		{link.ErrRefused, 403, `{"state":"refused"}`, false},
		{link.ErrPreparing, 503, `{"state":"away"}`, true},
		{problem.ErrUnavailable, 503, `{"state":"away"}`, true},
		{errors.New("the cause"), 503, `{"state":"away"}`, true},
		{context.DeadlineExceeded, 503, `{"state":"away"}`, true},
	} {
		for _, path := range []string{"/r/claim", "/r/done"} {
			t.Run(fmt.Sprintf("%s %v", path, c.err), func(t *testing.T) {
				w, log := post(&keeper{err: fmt.Errorf("claim link: %w", c.err)}, path, claiming(sentID, sentProof, sentNonce))
				if w.Code != c.status || strings.TrimSpace(w.Body.String()) != c.body || (w.Header().Get("Retry-After") != "") != c.retry {
					t.Errorf("got %d %s, Retry-After %q", w.Code, w.Body, w.Header().Get("Retry-After"))
				}
				if !strings.Contains(log, "claim link: "+c.err.Error()) {
					t.Errorf("the cause is not logged:\n%s", log)
				}
			})
		}
	}
}

func TestDoneMayBeRepeated(t *testing.T) {
	v := &keeper{}
	for range 2 {
		if w, _ := post(v, "/r/done", claiming(sentID, sentProof, sentNonce)); w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	}
	if d := cmp.Diff([]reveal.Claim{sentClaim, sentClaim}, v.dones); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAMangledLinksClaimHasAMemberMore(t *testing.T) {
	v := &keeper{}
	body := strings.TrimSuffix(claiming(sentID, sentProof, sentNonce), "}") + `,"mangled":true}`
	if w, _ := post(v, "/r/claim", body); w.Code != 200 || len(v.claims) != 1 || !v.claims[0].Mangled {
		t.Errorf("got %d and the claims %v", w.Code, v.claims)
	}
}

func TestWhileTheOwnerIsAskedThePageShowsTheNumber(t *testing.T) {
	w, log := post(&keeper{err: &reveal.Asking{Digits: "47"}}, "/r/claim", claiming(sentID, sentProof, sentNonce))
	if w.Code != 202 || w.Header().Get("Retry-After") != "2" || strings.TrimSpace(w.Body.String()) != `{"state":"match","digits":"47"}` {
		t.Errorf("got %d %q %s", w.Code, w.Header().Get("Retry-After"), w.Body)
	}
	if strings.Contains(log, "47") {
		t.Errorf("the number is in the log:\n%s", log)
	}
}

func TestABrowserIsNamedForItsOwnersEyes(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                   "Safari on a Mac",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1": "Safari on an iPhone",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36":                         "Chrome on Android",
		"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)":                                                                              "",
		"": "",
	} {
		if got := browserOf(agent); got != want {
			t.Errorf("%q: got %q, want %q", agent, got, want)
		}
	}
}

func TestWhatIsNoClaimIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":            "",
		"no JSON":            "id=" + sentID,
		"null":               "null",
		"a list":             "[]",
		"two claims":         claiming(sentID, sentProof, sentNonce) + claiming(sentID, sentProof, sentNonce),
		"no id":              claiming("", sentProof, sentNonce),
		"a short id":         claiming(sentID[:20], sentProof, sentNonce),
		"a long id":          claiming(sentID+"AAAA", sentProof, sentNonce),
		"an id as a path":    claiming("../../etc", sentProof, sentNonce),
		"a padded id":        claiming(sentID+"==", sentProof, sentNonce),
		"another spelling":   claiming(sentID[:21]+"R", sentProof, sentNonce),
		"no proof":           claiming(sentID, "", sentNonce),
		"a short proof":      claiming(sentID, sentProof[:40], sentNonce),
		"a long proof":       claiming(sentID, sentProof+"AAAA", sentNonce),
		"standard base64":    claiming(sentID, strings.NewReplacer("-", "+", "_", "/").Replace(sentProof), sentNonce),
		"no nonce":           claiming(sentID, sentProof, ""),
		"a number as nonce":  claiming(sentID, sentProof, 7),
		"a short nonce":      claiming(sentID, sentProof, sentNonce[:20]),
		"an id with lines":   claiming(sentID[:11]+"\r\n"+sentID[11:], sentProof, sentNonce),
		"a nonce with lines": claiming(sentID, sentProof, sentNonce[:11]+"\n"+sentNonce[11:]),
		"5 kB":               claiming(sentID, sentProof, sentNonce) + strings.Repeat(" ", 5<<10),
	} {
		for _, path := range []string{"/r/claim", "/r/done"} {
			t.Run(path+" "+name, func(t *testing.T) {
				v := &keeper{}
				w, log := post(v, path, body)
				if w.Code != 400 || strings.TrimSpace(w.Body.String()) != `{"state":"invalid"}` || len(v.claims)+len(v.dones) > 0 {
					t.Errorf("got %d %s and the claims %v", w.Code, w.Body, v.claims)
				}
				if strings.Contains(log, sentProof[:20]) {
					t.Errorf("it is in the log:\n%s", log)
				}
			})
		}
	}
}

func FuzzClaim(f *testing.F) {
	f.Add(claiming(sentID, sentProof, sentNonce))
	f.Add(`{"id":"AAAAAAAAAAAAAAAAAAAAAA"}`)
	f.Fuzz(func(t *testing.T, body string) {
		c, err := decode(strings.NewReader(body))
		if err != nil {
			return
		}
		again, err := decode(strings.NewReader(claiming(string(c.ID), encoding.EncodeToString(c.Proof[:]), encoding.EncodeToString(c.Nonce[:]))))
		if err != nil || again != c {
			t.Errorf("%q is %v, and written anew %v, %v", body, c, again, err)
		}
	})
}
