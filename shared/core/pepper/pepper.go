// Package pepper holds the keys under which app passwords are hashed, and makes the verifiers.
//
// # Why a fast hash
//
// An app password is random, of 115 bits and more, so no guess is worth slowing down; what must hold is that a stolen table is worth
// nothing without the key. HMAC-SHA-256 gives that for a microsecond, and gives the table's key too: a verification is one read.
//
// # Versions
//
// The pepper is a list of versions. One is issuing; the others are readable: they still find what was made under them. The list lives
// in Secrets Manager, either as deployed, {"key":"…"}, which is version 1, or as
// {"versions":[{"id":1,"key":"…","state":"readable"},{"id":2,"key":"…","state":"issuing"}]}.
//
// # What may be changed here
//
// Nothing that changes a verifier: they are stored.
package pepper

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/password"
)

// ErrInvalid reports a secret that is no pepper. The wrapping error says why and never quotes it.
var ErrInvalid = errors.New("not a pepper")

// MaxVersions is how many versions may be readable at a time, the issuing one included.
const MaxVersions = 4

// shortest is the least number of bytes of a key.
const shortest = 32

// Peppers is the versions of the pepper, the issuing one first, then the younger ones before the older. Like a password it does not
// print.
type Peppers struct {
	versions func() []version
}

type version struct {
	id int
	// benches are hashes that have the key already: keying one costs as much as hashing.
	benches *sync.Pool
}

// bench is a keyed hash and room for what goes in and comes out.
type bench struct {
	mac   hash.Hash
	typed []byte
	sum   []byte
	text  []byte
}

func newVersion(id int, key string) version {
	return version{id, &sync.Pool{New: func() any { return &bench{mac: hmac.New(sha256.New, []byte(key))} }}}
}

// Parse reads the pepper as it is stored.
func Parse(stored []byte) (Peppers, error) {
	var doc struct {
		Key      string `json:"key"`
		Versions []struct {
			ID    int    `json:"id"`
			Key   string `json:"key"`
			State string `json:"state"`
		} `json:"versions"`
	}
	if err := json.Unmarshal(stored, &doc); err != nil {
		return Peppers{}, fmt.Errorf("no JSON object: %w", ErrInvalid)
	}
	if doc.Key != "" {
		if len(doc.Versions) > 0 {
			return Peppers{}, fmt.Errorf("both key and versions: %w", ErrInvalid)
		}
		if len(doc.Key) < shortest {
			return Peppers{}, fmt.Errorf("a key of %d bytes, at least %d are needed: %w", len(doc.Key), shortest, ErrInvalid)
		}
		return hold([]version{newVersion(1, doc.Key)}), nil
	}
	var issuing, readable []version
	for _, v := range doc.Versions {
		to := &readable
		switch v.State {
		case "issuing":
			to = &issuing
		case "readable":
		default:
			return Peppers{}, fmt.Errorf("version %d is neither issuing nor readable: %w", v.ID, ErrInvalid)
		}
		if v.ID < 1 || len(v.Key) < shortest {
			return Peppers{}, fmt.Errorf("version %d with a key of %d bytes, at least %d are needed: %w", v.ID, len(v.Key), shortest, ErrInvalid)
		}
		*to = append(*to, newVersion(v.ID, v.Key))
	}
	if len(issuing) != 1 || len(doc.Versions) > MaxVersions {
		return Peppers{}, fmt.Errorf("%d versions, %d of them issuing; there may be %d, and one issues: %w", len(doc.Versions), len(issuing), MaxVersions, ErrInvalid)
	}
	slices.SortFunc(readable, func(a, b version) int { return b.id - a.id })
	all := append(issuing, readable...)
	for i, v := range all {
		if slices.ContainsFunc(all[:i], func(w version) bool { return w.id == v.id }) {
			return Peppers{}, fmt.Errorf("version %d is there twice: %w", v.id, ErrInvalid)
		}
	}
	return hold(all), nil
}

func hold(versions []version) Peppers {
	return Peppers{versions: func() []version { return versions }}
}

// Keyed is an app password under one version of the pepper.
type Keyed struct {
	Version  int
	Verifier credential.Verifier
}

// Issue is the password's verifier under the issuing version.
func (p Peppers) Issue(pw password.Password) Keyed { return keyed(p.versions()[0], pw) }

// Older is the password's verifiers under the other versions, the younger before the older; usually none.
func (p Peppers) Older(pw password.Password) []Keyed {
	var all []Keyed
	for _, v := range p.versions()[1:] {
		all = append(all, keyed(v, pw))
	}
	return all
}

func keyed(v version, pw password.Password) Keyed {
	b := v.benches.Get().(*bench)
	b.typed = append(b.typed[:0], pw.Reveal()...)
	b.mac.Reset()
	b.mac.Write(b.typed)
	clear(b.typed) // nothing of it stays behind
	b.sum = b.mac.Sum(b.sum[:0])
	b.text = base64.RawURLEncoding.AppendEncode(b.text[:0], b.sum)
	k := Keyed{Version: v.id, Verifier: credential.Verifier(b.text)}
	v.benches.Put(b)
	return k
}

// String prints a placeholder.
func (p Peppers) String() string { return "(pepper)" }

// GoString prints a placeholder for %#v.
func (p Peppers) GoString() string { return "(pepper)" }

// MarshalText refuses: a pepper has no place in JSON or a log.
func (p Peppers) MarshalText() ([]byte, error) {
	return nil, errors.New("a pepper can't be marshalled")
}
