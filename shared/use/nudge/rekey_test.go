package nudge_test

import (
	"errors"
	"testing"

	"github.com/apppass/apppass/shared/core/pepper"
	"github.com/apppass/apppass/shared/core/policy"
	"github.com/apppass/apppass/shared/use/verify"
)

func TestAnEndThatWasSaidIsNotLostToANewKey(t *testing.T) {
	t.Parallel()
	h, c := aYearOld(t)
	h.decides(1, func(p *policy.Policy) { p.Enforce = true })
	before, err := h.verifiers.Entry(t.Context(), c.Verifier)
	h.must(err)
	h.must(h.looks(c.Owner))
	if err := h.verifiers.Rekey(t.Context(), before, pepper.Keyed{Version: 2, Verifier: "v-anew"}); !errors.Is(err, verify.ErrOvertaken) {
		t.Errorf("got %v", err)
	}
}
