package keys_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/keys"
	"github.com/apppass/apppass/shared/use/verify"
)

func TestAKeyIsMadeListedAndRevoked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Clock.Advance(time.Minute) // after the key that the stack begins with
	first := h.Clock.Now()
	text, k := h.makes(t, "mail")
	if k.Prefix != text[:12] || k.Hash != service.HashKey(text) || k.Made.Unix() < first.Unix() {
		t.Errorf("the key is kept as prefix %s, made %v", k.Prefix, k.Made)
	}
	h.Clock.Advance(time.Minute)
	_, second := h.makes(t, "mail")
	if got, want := h.prefixes(t, "mail"), []string{"local-mail-s", k.Prefix, second.Prefix}; !slices.Equal(got, want) {
		t.Errorf("got the keys %q, want %q", got, want)
	}
	if err := h.Revoke(t.Context(), "mail", k.Prefix, olga); err != nil {
		t.Fatal(err)
	}
	if got, want := h.prefixes(t, "mail"), []string{"local-mail-s", second.Prefix}; !slices.Equal(got, want) {
		t.Errorf("got the keys %q, want %q", got, want)
	}
	if err := h.Revoke(t.Context(), "mail", k.Prefix, olga); !errors.Is(err, service.ErrKeyUnknown) {
		t.Errorf("revoked again: got %v", err)
	}
	if got, want := h.prefixes(t, "intranet"), []string{"local-intran"}; !slices.Equal(got, want) {
		t.Errorf("the other service has the keys %q, want %q", got, want)
	}
}

func TestWhoDidWhatIsRememberedWithTheService(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, k := h.makes(t, "mail")
	h.Clock.Advance(time.Second)
	if err := h.Revoke(t.Context(), "mail", k.Prefix, "arn:aws:iam::123456789012:user/otto"); err != nil {
		t.Fatal(err)
	}
	got := h.events(t)
	if len(got) != 2 || got[0].PK != got[1].PK || !strings.HasSuffix(got[0].PK, h.Clock.Now().UTC().Format("#2006-01")) {
		t.Fatalf("got the events %+v, want two in the service's shard", got)
	}
	want := []event{
		{got[0].PK, "key_made", "mail", k.Prefix, olga, ""},
		{got[0].PK, "key_revoked", "mail", k.Prefix, "arn:aws:iam::123456789012:user/otto", ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestNothingIsMadeWithoutItsEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, kind := range []faults.Kind{faults.Before, faults.Throttle} {
		if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: kind, Times: 1}); err != nil {
			t.Fatal(err)
		}
		if text, _, err := h.Make(t.Context(), "mail", olga); !errors.Is(err, keys.ErrUnsure) || !errors.Is(err, problem.ErrUnavailable) || text != "" {
			t.Errorf("%s: got %v", kind, err)
		}
	}
	if got := h.prefixes(t, "mail"); len(got) != 1 || len(h.events(t)) != 0 {
		t.Errorf("got the keys %q and the events %+v", got, h.events(t))
	}
}

func TestAKeyWhoseAnswerWasLostIsListed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "TransactWriteItems", Kind: faults.After, Times: 1}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Make(t.Context(), "mail", olga); problem.Of(err) != keys.ErrUnsure {
		t.Fatalf("got %v", err)
	}
	got := h.prefixes(t, "mail")
	if len(got) != 2 || len(h.events(t)) != 1 || !slices.Contains(got, h.events(t)[0].Key) {
		t.Errorf("got the keys %q and the events %+v", got, h.events(t))
	}
}

func TestWhatIsNotThereIsSaidSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, id := range []string{"nowhere", "", "Mail", strings.Repeat("x", 1025)} {
		_, _, made := h.Make(t.Context(), id, olga)
		_, listed := h.List(t.Context(), id)
		revoked := h.Revoke(t.Context(), id, "local-mail-s", olga)
		for _, err := range []error{made, listed, revoked} {
			if !errors.Is(err, service.ErrUnknown) {
				t.Errorf("the service %.20q: got %v", id, err)
			}
			if id != "" && strings.Contains(err.Error(), id) {
				t.Errorf("the service %.20q is in the error", id)
			}
		}
	}
	for _, prefix := range []string{"apk_nowhere0", "", "local-mail", "local-intran", "keys", "local-mail-service-key"} {
		if err := h.Revoke(t.Context(), "mail", prefix, olga); !errors.Is(err, service.ErrKeyUnknown) || prefix != "" && strings.Contains(err.Error(), prefix) {
			t.Errorf("the prefix %q: got %v", prefix, err)
		}
	}
	if got := h.events(t); len(got) > 0 {
		t.Errorf("got the events %+v", got)
	}
}

func TestThereIsRoomForTenKeysHoweverManyRace(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"mail", "empty"} { // with a key, and without any
		h := newHouse(t)
		if err := h.settings.PutService(t.Context(), service.Service{ID: "empty", Name: "Empty"}, true); err != nil {
			t.Fatal(err)
		}
		room := service.MaxKeys - len(h.prefixes(t, id))
		errs := make([]error, 25)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { _, _, errs[i] = h.Make(t.Context(), id, olga) })
		}
		all.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else if !errors.Is(err, service.ErrTooManyKeys) {
				t.Errorf("%s: got %v", id, err)
			}
		}
		if got := h.prefixes(t, id); made != room || len(got) != service.MaxKeys || len(h.events(t)) != made {
			t.Errorf("%s: %d were made where there was room for %d; it has %d keys and %d events", id, made, room, len(got), len(h.events(t)))
		}
		if err := h.Revoke(t.Context(), id, h.prefixes(t, id)[0], olga); err != nil {
			t.Fatal(err)
		}
		h.makes(t, id)
	}
}

func TestOfManyWhoRevokeAKeyOneDoes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, k := h.makes(t, "mail")
	errs := make([]error, 10)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = h.Revoke(t.Context(), "mail", k.Prefix, olga) })
	}
	all.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !errors.Is(err, service.ErrKeyUnknown) {
			t.Errorf("got %v", err)
		}
	}
	if got := h.events(t); done != 1 || len(got) != 2 {
		t.Errorf("%d revoked it; the events are %+v", done, got)
	}
}

func TestTheLastKeyMayGo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.Revoke(t.Context(), "mail", "local-mail-s", olga); err != nil {
		t.Fatal(err)
	}
	if got := h.prefixes(t, "mail"); len(got) > 0 {
		t.Errorf("got the keys %q", got)
	}
	_, k := h.makes(t, "mail")
	if got := h.prefixes(t, "mail"); !slices.Equal(got, []string{k.Prefix}) {
		t.Errorf("got the keys %q, want %q", got, k.Prefix)
	}
}

func TestAServiceWrittenByHandWithoutKeysGetsSome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	table := h.Table("settings")
	s := func(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
	_, err := dynamodb.NewFromConfig(h.Config).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": s("service"), "sk": s("hand"), "v": &types.AttributeValueMemberN{Value: "1"}, "name": s("By hand"),
		"protocols": &types.AttributeValueMemberL{Value: []types.AttributeValue{s("imap")}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.prefixes(t, "hand"); len(got) > 0 {
		t.Errorf("got the keys %q", got)
	}
	_, first := h.makes(t, "hand")
	_, second := h.makes(t, "hand")
	if got := h.prefixes(t, "hand"); len(got) != 2 || !slices.Contains(got, first.Prefix) || !slices.Contains(got, second.Prefix) {
		t.Errorf("got the keys %q", got)
	}
}

// A verifier has the services in memory; a new key is good at once, and a revoked one is none after 10 s.
func TestVerifiersTakeANewKeyAtOnceAndDropARevokedOneInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cache := verify.NewCache(h.settings, h.Clock.Now)
	asks := func(key string) error {
		_, err := cache.Asker(t.Context(), key, netip.Addr{})
		return err
	}
	if err := asks("local-mail-service-key"); err != nil {
		t.Fatal(err)
	}
	text, k := h.makes(t, "mail")
	h.Clock.Advance(time.Second) // the services are read at most once a second
	if err := asks(text); err != nil {
		t.Errorf("a new key: got %v", err)
	}
	if err := h.Revoke(t.Context(), "mail", k.Prefix, olga); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(10 * time.Second)
	if err := asks(text); !errors.Is(err, verify.ErrServiceKey) {
		t.Errorf("10 s after it was revoked: got %v", err)
	}
	if err := asks("local-mail-service-key"); err != nil {
		t.Errorf("the other key: got %v", err)
	}
}
