package pepper_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/pepper"
)

// typed is a password of password's vectors.json, and canonical what of it is hashed.
const (
	typed     = "app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"
	canonical = "Bfgxfsb45tbGBgFDnFzqqMnRB"
)

// key is a key of 32 bytes, one for each letter.
func key(letter string) string { return strings.Repeat(letter, 32) }

// version is one in the stored list.
func version(id int, key, state string) string {
	return fmt.Sprintf(`{"id":%d,"key":%q,"state":%q}`, id, key, state)
}

func list(versions ...string) string { return `{"versions":[` + strings.Join(versions, ",") + `]}` }

// under is the verifier of canonical by its definition.
func under(key string) credential.Verifier {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(canonical))
	return credential.Verifier(base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
}

func parse(t *testing.T, stored string) pepper.Peppers {
	t.Helper()
	p, err := pepper.Parse([]byte(stored))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func known(t *testing.T) password.Password {
	t.Helper()
	pw, err := password.Parse(typed, "app")
	if err != nil {
		t.Fatal(err)
	}
	return pw
}

func TestVersionsComeInTheOrderOfLooking(t *testing.T) {
	for _, c := range []struct {
		name, stored string
		issue        pepper.Keyed
		older        []pepper.Keyed
	}{
		{"as deployed", `{"key":"` + key("a") + `"}`, pepper.Keyed{Version: 1, Verifier: under(key("a"))}, nil},
		{"one", list(version(7, key("a"), "issuing")), pepper.Keyed{Version: 7, Verifier: under(key("a"))}, nil},
		{
			"the issuing one, then the younger before the older",
			list(version(1, key("a"), "readable"), version(3, key("c"), "issuing"), version(2, key("b"), "readable"), version(4, key("d"), "readable")),
			pepper.Keyed{Version: 3, Verifier: under(key("c"))},
			[]pepper.Keyed{{Version: 4, Verifier: under(key("d"))}, {Version: 2, Verifier: under(key("b"))}, {Version: 1, Verifier: under(key("a"))}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, c.stored)
			if d := cmp.Diff(c.issue, p.Issue(known(t))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.older, p.Older(known(t))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestAVerifierStaysWhatItIs(t *testing.T) {
	// From another implementation; stored verifiers depend on it.
	got := parse(t, `{"key":"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01"}`).Issue(known(t)).Verifier
	if want := credential.Verifier("6G3DMGYhaPZzh4ddDtkYvFc75-uZXI8h54aD1djJgRA"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHoweverItIsTypedThePasswordHasOneVerifier(t *testing.T) {
	p := parse(t, `{"key":"`+key("a")+`"}`)
	for _, s := range []string{typed, canonical, " app Bfgxf sb45t bGBgF DnFzq qMnRB ", "appBfgxfsb45tbGBgFDnFzqqMnRB", "mx-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"} {
		pw, err := password.Parse(s, "app", "mx")
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Issue(pw).Verifier; got != under(key("a")) {
			t.Errorf("%q: got %s", s, got)
		}
	}
}

func TestWhatIsNoPepperIsRefusedAndNotQuoted(t *testing.T) {
	for name, stored := range map[string]string{
		"nothing":           "",
		"no JSON":           key("s"),
		"half JSON":         `{"key":"` + key("s"),
		"null":              "null",
		"a list":            "[]",
		"an empty object":   "{}",
		"an empty key":      `{"key":""}`,
		"a short key":       `{"key":"` + key("s")[1:] + `"}`,
		"a number as key":   `{"key":12345678901234567890123456789012}`,
		"key and versions":  `{"key":"` + key("s") + `","versions":[` + version(1, key("s"), "issuing") + `]}`,
		"no versions":       list(),
		"none issues":       list(version(1, key("s"), "readable")),
		"two issue":         list(version(1, key("s"), "issuing"), version(2, key("s"), "issuing")),
		"an unknown state":  list(version(1, key("s"), "issuing"), version(2, key("s"), "retired")),
		"no state":          list(version(1, key("s"), "")),
		"a version 0":       list(version(0, key("s"), "issuing")),
		"a negative one":    list(version(-1, key("s"), "issuing")),
		"a short version":   list(version(1, key("s")[1:], "issuing")),
		"an id twice":       list(version(1, key("s"), "issuing"), version(1, key("t"), "readable")),
		"an id twice below": list(version(3, key("s"), "issuing"), version(1, key("t"), "readable"), version(1, key("u"), "readable")),
		"five versions": list(version(1, key("s"), "issuing"), version(2, key("s"), "readable"), version(3, key("s"), "readable"),
			version(4, key("s"), "readable"), version(5, key("s"), "readable")),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pepper.Parse([]byte(stored))
			if !errors.Is(err, pepper.ErrInvalid) {
				t.Fatalf("got %v, want %v", err, pepper.ErrInvalid)
			}
			if strings.Contains(err.Error(), "sssss") || strings.Contains(err.Error(), "12345") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %q", err)
			}
		})
	}
}

func TestAPepperNeverPrints(t *testing.T) {
	p := parse(t, `{"key":"`+key("s")+`"}`)
	type holder struct {
		Public pepper.Peppers
		hidden pepper.Peppers
	}
	h := holder{p, p}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("x", "pepper", p, "holder", h, "pointer", &p)
	}
	said := []string{log.String()}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		said = append(said, fmt.Sprintf(format, p), fmt.Sprintf(format, h), fmt.Sprintf(format, &h), fmt.Sprintf(format, []pepper.Peppers{p}))
	}
	for _, s := range said {
		if strings.Contains(s, "ssss") || strings.Contains(s, "73737373") || strings.Contains(s, "115 115") {
			t.Errorf("the key is in %s", s)
		}
	}
	for _, v := range []any{p, h, &p} {
		if b, err := json.Marshal(v); err == nil {
			t.Errorf("it is marshalled as %s", b)
		}
	}
}
