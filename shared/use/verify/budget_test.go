package verify_test

import (
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

// warm is a verification as most are: of a known use, from a known network.
func warm(t testing.TB) (check func()) {
	p := newPorts(t)
	v, mail := p.verifier(), p.mail()
	r := verify.Request{Login: "alice", Protocol: service.IMAP, Client: office, Password: p.stores(false, func(*credential.Entry) {})}
	return func() {
		if _, err := v.Verify(t.Context(), mail, r); err != nil {
			t.Fatal(err)
		}
	}
}

// The budget is gated by infra/test.sh without the race detector, which allocates for itself.
func TestBudgetOfASuccess(t *testing.T) {
	check := warm(t)
	check() // notes the use
	if n := testing.AllocsPerRun(1000, check); n > 10 && !raced {
		t.Errorf("a success makes %v allocations, 10 are the budget", n)
	}
}

func BenchmarkVerify(b *testing.B) {
	check := warm(b)
	b.ReportAllocs()
	for b.Loop() {
		check()
	}
}

// What a check would cost with a slow hash, which an app password does not need: package pepper says why.
func BenchmarkBcrypt10(b *testing.B) {
	hashed, err := bcrypt.GenerateFromPassword([]byte("app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"), 10)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := bcrypt.CompareHashAndPassword(hashed, []byte("app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkArgon2id19MiB(b *testing.B) {
	for b.Loop() {
		argon2.IDKey([]byte("app-Bfgxf-sb45t-bGBgF-DnFzq-qMnRB"), []byte("0123456789abcdef"), 2, 19*1024, 1, 32)
	}
}
