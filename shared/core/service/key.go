package service

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/apppass/apppass/shared/core/problem"
)

// ErrUnknown reports a service that does not exist.
var ErrUnknown = problem.New(problem.NotFound, "service.unknown")

// ErrKeyUnknown reports a service key that does not exist, or is revoked.
var ErrKeyUnknown = problem.New(problem.NotFound, "service.key_unknown")

// ErrTooManyKeys reports a service that has [MaxKeys] keys.
var ErrTooManyKeys = problem.New(problem.Conflict, "service.too_many_keys")

// MaxKeys is how many keys a service may have: one in use, one to change to, and some room for several hosts.
const MaxKeys = 10

// KeyHash is the SHA-256 of a service key.
type KeyHash [sha256.Size]byte

// HashKey is under what a service key is kept and found.
func HashKey(key string) KeyHash { return sha256.Sum256([]byte(key)) }

// Key is a service key as it is kept, which is without the key.
type Key struct {
	// Prefix is its first 12 characters, by which admins tell a service's keys apart.
	Prefix string
	Hash   KeyHash
	Made   time.Time
}

// prefixLength leaves 208 of a key's 256 bits unsaid.
const prefixLength = 12

// NewKey makes a key: "apk_" and 256 random bits in base64url, 47 characters. The text is shown once and never kept.
func NewKey(now time.Time) (text string, k Key) {
	var bits [32]byte
	// It never fails, see its documentation.
	_, _ = rand.Read(bits[:])
	text = "apk_" + base64.RawURLEncoding.EncodeToString(bits[:])
	return text, KeyOf(text, now)
}

// KeyOf is how a key is kept that an operator has chosen.
func KeyOf(text string, made time.Time) Key {
	return Key{Prefix: text[:min(len(text), prefixLength)], Hash: HashKey(text), Made: made}
}
