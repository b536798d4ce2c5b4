package dynamodb

import (
	"iter"
	"slices"
	"sort"
	"strings"
)

// maxChunk is how many entries a chunk of a sorted map has at most.
const maxChunk = 256

// sorted is a map in the order of its keys: chunks of entries, so that an insertion moves few of them however many there are. Its zero
// value is empty.
type sorted[V any] struct {
	chunks [][]entry[V] // none is empty
	len    int
}

type entry[V any] struct {
	key   string
	value V
}

// find is where the key is, or where it belongs.
func (s *sorted[V]) find(key string) (chunk, at int, found bool) {
	chunk = sort.Search(len(s.chunks), func(i int) bool { return s.chunks[i][0].key > key })
	if chunk > 0 {
		chunk--
	}
	if chunk == len(s.chunks) {
		return chunk, 0, false
	}
	at, found = slices.BinarySearchFunc(s.chunks[chunk], key, func(e entry[V], key string) int { return strings.Compare(e.key, key) })
	return chunk, at, found
}

func (s *sorted[V]) get(key string) (V, bool) {
	chunk, at, found := s.find(key)
	if !found {
		var none V
		return none, false
	}
	return s.chunks[chunk][at].value, true
}

func (s *sorted[V]) set(key string, value V) {
	chunk, at, found := s.find(key)
	if found {
		s.chunks[chunk][at].value = value
		return
	}
	s.len++
	e := entry[V]{key, value}
	if chunk == len(s.chunks) {
		s.chunks = append(s.chunks, []entry[V]{e})
		return
	}
	entries := slices.Insert(s.chunks[chunk], at, e)
	if len(entries) > maxChunk {
		cut := len(entries) / 2
		if chunk == len(s.chunks)-1 && at == len(entries)-1 {
			cut = at // entries that come in order fill their chunks
		}
		s.chunks = slices.Insert(s.chunks, chunk+1, slices.Clone(entries[cut:]))
		clear(entries[cut:])
		entries = entries[:cut]
	}
	s.chunks[chunk] = entries
}

func (s *sorted[V]) delete(key string) {
	chunk, at, found := s.find(key)
	if !found {
		return
	}
	s.len--
	s.chunks[chunk] = slices.Delete(s.chunks[chunk], at, at+1)
	if len(s.chunks[chunk]) == 0 {
		s.chunks = slices.Delete(s.chunks, chunk, chunk+1)
	}
}

// between is the entries from a key (inclusive) to another (exclusive; empty: the end), upwards. The map must not change meanwhile.
func (s *sorted[V]) between(from, to string) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		chunk, at, _ := s.find(from)
		for ; chunk < len(s.chunks); chunk, at = chunk+1, 0 {
			for _, e := range s.chunks[chunk][at:] {
				if to != "" && e.key >= to || !yield(e.key, e.value) {
					return
				}
			}
		}
	}
}

// backwards is between, downwards.
func (s *sorted[V]) backwards(from, to string) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		chunk, at := len(s.chunks), 0
		if to != "" {
			chunk, at, _ = s.find(to)
		}
		for {
			if at == 0 {
				if chunk--; chunk < 0 {
					return
				}
				at = len(s.chunks[chunk])
			}
			at--
			e := s.chunks[chunk][at]
			if e.key < from || !yield(e.key, e.value) {
				return
			}
		}
	}
}
