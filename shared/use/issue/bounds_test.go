package issue_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/core/service"
)

const day = 24 * time.Hour

// decides stores a policy under which app passwords work for so long at most.
func (h *house) decides(t *testing.T, version int, lifetime time.Duration) {
	t.Helper()
	table := h.Table("settings")
	number := func(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }
	_, err := dynamodb.NewFromConfig(h.Config).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "policy"}, "sk": &types.AttributeValueMemberS{Value: fmt.Sprintf("%08d", version)},
		"v": number(1), "link_life": number(900), "lifetime": number(int(lifetime.Seconds())), "guests": &types.AttributeValueMemberBOOL{},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// asks issues what the arguments ask for.
func (h *house) asks(t *testing.T, id string, args job.IssueArgs) {
	t.Helper()
	j, err := job.New(id, job.Issue, args)
	if err != nil {
		t.Fatal(err)
	}
	j.Person, j.Team = "UALICE", "TLOCAL"
	if err := h.Issue(t.Context(), j); err != nil {
		t.Fatal(err)
	}
}

func TestAPasswordIsBoundToWhatWasAskedFor(t *testing.T) {
	h := newHouse(t)
	networks := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::7/128")}
	h.asks(t, "job", job.IssueArgs{Application: "scanner-printer", Days: 30, Networks: networks})
	all := h.credentials(t)
	if len(all) != 1 {
		t.Fatalf("got %+v", all)
	}
	c := all[0]
	e := h.state(t, c.Verifier)
	for what, got := range map[string]struct {
		protocols []service.Protocol
		networks  []netip.Prefix
		life      time.Duration
	}{"the credential": {c.Protocols, c.Networks, c.Expires.Sub(c.Made)}, "the entry": {e.Protocols, e.Networks, e.Expires.Sub(e.Made)}} {
		if !slices.Equal(got.protocols, []service.Protocol{service.SMTP}) || !slices.Equal(got.networks, networks) || got.life != 30*day {
			t.Errorf("%s: got %+v", what, got)
		}
	}
	// Where the password is shown, only the ports stand at which it is good for something.
	account := h.offers[0].Account
	if ports := slices.Collect(maps.Keys(account.Services[0].Ports)); !slices.Equal(ports, []service.Protocol{service.SMTP}) {
		t.Errorf("it is shown with the ports of %v", ports)
	}
}

func TestWithoutAWishAPasswordEndsAsLateAsPossible(t *testing.T) {
	h := newHouse(t)
	h.asks(t, "without a policy", job.IssueArgs{Application: "thunderbird"})
	h.decides(t, 1, 90*day)
	h.asks(t, "with one", job.IssueArgs{Application: "thunderbird"})
	h.asks(t, "at its bound", job.IssueArgs{Application: "thunderbird", Days: 90})
	got := map[string]time.Duration{}
	for _, c := range h.credentials(t) {
		if !c.Expires.IsZero() {
			got[c.ID] = c.Expires.Sub(c.Made)
		}
	}
	want := map[string]time.Duration{credential.ID("with one"): 90 * day, credential.ID("at its bound"): 90 * day}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAnEndBeyondThePolicyMakesNothing(t *testing.T) {
	for _, c := range []struct {
		name     string
		lifetime time.Duration
		days     int
	}{{"a day more", 90 * day, 91}, {"a century", 0, 36500}, {"before it begins", 0, -1}} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.decides(t, 1, c.lifetime)
			h.asks(t, "job", job.IssueArgs{Application: "thunderbird", Days: c.days})
			if !slices.Equal(h.problems, []string{"policy.lifetime"}) || len(h.offers)+len(h.credentials(t)) > 0 {
				t.Errorf("told %v, offered %d links, made %+v", h.problems, len(h.offers), h.credentials(t))
			}
		})
	}
}
