// Package link is the one-time link: its form, what is derived from its key, and what is stored about it.
//
// # Form
//
// A link ends in #F; F is base64url without padding of
//
//	version (1 byte, 1) ‖ id (16 random bytes) ‖ key (32 random bytes) ‖ the first 4 bytes of SHA-256 over these
//
// so that a damaged link is known as damaged. The part after # never reaches a server by itself.
//
// # What is derived
//
// HKDF-SHA-256 (RFC 5869) of the key, with the id as salt: info "apppass/1/proof" gives the 32 bytes that show the holder to the
// server, which keeps their SHA-256 only; info "apppass/1/seal" gives the AES-256-GCM key that seals the password. A key seals once, so
// the nonce is zero; the additional data is version ‖ id ‖ credential id, so that no ciphertext opens in another's place.
//
// # What is stored
//
// A [Reveal] is a link as the server knows it: who may claim it, in which state it is, until when. The key is nowhere in it.
//
// # What may be changed here
//
// A change of the form or of what is derived is a new version, which the page in functions/reveal must know too. testdata/vectors.json is
// what both are held to. The words of a reveal's states are stored; a new state needs its transitions.
package link

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/apppass/apppass/shared/core/password"
	"github.com/apppass/apppass/shared/core/problem"
)

const (
	version  = 1
	idLen    = 16
	keyLen   = 32
	checkLen = 4
	// ProofLen is the number of bytes of a proof.
	ProofLen = 32
	// NonceLen is the number of bytes of the nonce by which a browser session is known.
	NonceLen = 16
)

// ErrDamaged reports a link that was cut off or changed on its way.
var ErrDamaged = problem.New(problem.Invalid, "link.damaged")

// ID is a link's public name: 16 random bytes in base64url, 22 characters.
type ID string

// ParseID reads an id. The error is [ErrDamaged].
func ParseID(s string) (ID, error) {
	if b, err := decode(s); err != nil || len(b) != idLen {
		return "", ErrDamaged
	}
	return ID(s), nil
}

// encoding is strict, so that an id has one spelling.
var encoding = base64.RawURLEncoding.Strict()

// decode refuses the line breaks that the package skips even then.
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, ErrDamaged
	}
	return encoding.DecodeString(s)
}

// Link is a link with its key. It can't be printed, logged or marshalled; [Link.Fragment] is the one way to the characters.
type Link struct {
	id  ID
	key func() [keyLen]byte
}

// New draws a link from crypto/rand.
func New() Link {
	var id [idLen]byte
	var key [keyLen]byte
	rand.Read(id[:])
	rand.Read(key[:])
	return hold(id[:], key)
}

func hold(id []byte, key [keyLen]byte) Link {
	return Link{id: ID(encoding.EncodeToString(id)), key: func() [keyLen]byte { return key }}
}

// Parse reads a link's F. The error is [ErrDamaged].
func Parse(fragment string) (Link, error) {
	b, err := decode(fragment)
	if err != nil || len(b) != 1+idLen+keyLen+checkLen || b[0] != version {
		return Link{}, ErrDamaged
	}
	body, check := b[:len(b)-checkLen], b[len(b)-checkLen:]
	if sum := sha256.Sum256(body); subtle.ConstantTimeCompare(sum[:checkLen], check) != 1 {
		return Link{}, ErrDamaged
	}
	return hold(body[1:1+idLen], [keyLen]byte(body[1+idLen:])), nil
}

// ID is the link's public name.
func (l Link) ID() ID { return l.id }

// Fragment is F, with the key in it. It is for the one view or message that carries the link.
func (l Link) Fragment() string {
	key := l.key()
	body := append(l.prefix(), key[:]...)
	sum := sha256.Sum256(body)
	return encoding.EncodeToString(append(body, sum[:checkLen]...))
}

// ProofHash is what the table keeps of a proof.
type ProofHash [sha256.Size]byte

// Proof is the bytes that show the holder of the link to the server.
func (l Link) Proof() [ProofLen]byte { return l.derive("apppass/1/proof") }

// HashProof is the SHA-256 of a proof.
func HashProof(proof [ProofLen]byte) ProofHash { return sha256.Sum256(proof[:]) }

// Seal encrypts the password, in the form that people see with the company's prefix, for the holder of the link. The result is
// ciphertext ‖ tag. A link seals once: sealing a second password under it would give both away.
func (l Link) Seal(pw password.Password, prefix, credential string) ([]byte, error) {
	aead, err := l.aead()
	if err != nil {
		return nil, err
	}
	shown := pw.Format().Show(prefix, pw.Reveal())
	return aead.Seal(nil, make([]byte, aead.NonceSize()), []byte(shown), l.additional(credential)), nil
}

// Open decrypts what [Link.Seal] made, as the page does. The error says nothing but that it does not open.
func (l Link) Open(sealed []byte, credential string) (string, error) {
	aead, err := l.aead()
	if err != nil {
		return "", err
	}
	shown, err := aead.Open(nil, make([]byte, aead.NonceSize()), sealed, l.additional(credential))
	if err != nil {
		return "", errors.New("the sealed password does not open under this link")
	}
	return string(shown), nil
}

func (l Link) aead() (cipher.AEAD, error) {
	key := l.derive("apppass/1/seal")
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("make the cipher of a link: %w", err)
	}
	return cipher.NewGCM(block)
}

func (l Link) derive(info string) [32]byte {
	key := l.key()
	out, err := hkdf.Key(sha256.New, key[:], l.prefix()[1:], info, 32)
	if err != nil {
		panic(err) // only for lengths beyond 8,160 bytes
	}
	return [32]byte(out)
}

// prefix is version ‖ id.
func (l Link) prefix() []byte {
	id, err := encoding.DecodeString(string(l.id))
	if err != nil {
		panic(err) // an ID is made by encoding
	}
	return append([]byte{version}, id...)
}

func (l Link) additional(credential string) []byte { return append(l.prefix(), credential...) }

// String prints the id only.
func (l Link) String() string { return "(link " + string(l.id) + ")" }

// GoString prints the id only, for %#v.
func (l Link) GoString() string { return l.String() }

// MarshalText refuses: a link with its key has no place in JSON or a log.
func (l Link) MarshalText() ([]byte, error) { return nil, errors.New("a link can't be marshalled") }
