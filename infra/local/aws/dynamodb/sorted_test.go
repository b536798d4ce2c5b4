package dynamodb

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestASortedMapIsAMapInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sorted[int]
		model := map[string]int{}
		key := rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("%04d", rapid.IntRange(0, 2000).Draw(t, "n")) })
		for range rapid.IntRange(1, 40).Draw(t, "rounds") {
			from, up := rapid.IntRange(0, 2000).Draw(t, "from"), rapid.Bool().Draw(t, "up")
			for n := range rapid.IntRange(0, 300).Draw(t, "many") {
				k := fmt.Sprintf("%04d", from+n)
				if !up {
					k = fmt.Sprintf("%04d", max(0, from-n))
				}
				if rapid.IntRange(0, 3).Draw(t, "act") == 0 {
					s.delete(k)
					delete(model, k)
				} else {
					s.set(k, n)
					model[k] = n
				}
			}
			lo, hi := key.Draw(t, "lo"), key.Draw(t, "hi")
			want := slices.Sorted(maps.Keys(model))
			want = slices.DeleteFunc(want, func(k string) bool { return k < lo || k >= hi })
			var got, back []string
			for k, v := range s.between(lo, hi) {
				got = append(got, k)
				if v != model[k] {
					t.Fatalf("%s: got %d, want %d", k, v, model[k])
				}
			}
			for k := range s.backwards(lo, hi) {
				back = append(back, k)
			}
			slices.Reverse(back)
			if !slices.Equal(got, want) || !slices.Equal(back, want) || s.len != len(model) {
				t.Fatalf("from %s to %s\ngot       %v\nbackwards %v\nwant      %v", lo, hi, got, back, want)
			}
			if v, ok := s.get(lo); ok != has(model, lo) || v != model[lo] {
				t.Fatalf("%s: got %d, %t", lo, v, ok)
			}
		}
	})
}

func has(m map[string]int, k string) bool { _, ok := m[k]; return ok }
