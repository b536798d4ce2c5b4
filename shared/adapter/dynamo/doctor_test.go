package dynamo_test

import (
	"cmp"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/apppass/apppass/infra/local/inprocess"
	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/problem"
	"github.com/apppass/apppass/shared/core/service"
	"github.com/apppass/apppass/shared/use/verify"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// refusals keeps what verification would keep.
type refusals struct {
	t     *testing.T
	cloud *inprocess.Cloud
	keeps *dynamo.Verifiers
}

func newRefusals(t *testing.T) refusals {
	cloud := inprocess.New(t)
	return refusals{t, cloud, dynamo.NewVerifiers(dynamodb.NewFromConfig(cloud.Config), dynamo.Tables{Ephemeral: cloud.Table("ephemeral")})}
}

func of(login string, at time.Time, reason verify.Reason) verify.Rejection {
	from := netip.MustParseAddr("203.0.113.7")
	return verify.Rejection{
		At: at, Login: login, Service: "mail", Protocol: service.IMAP, Reason: reason, Network: credential.Network(from), Address: from.String(),
	}
}

func (r refusals) rejects(k verify.Rejection) {
	r.t.Helper()
	if _, err := r.keeps.Reject(r.t.Context(), k); err != nil {
		r.t.Fatal(err)
	}
}

func (r refusals) misses(login string, at time.Time, distinct int) {
	r.t.Helper()
	for n := range distinct {
		m := verify.Miss{Rejection: of(login, at.Add(time.Duration(n)*time.Second), verify.Unknown), Window: at.Truncate(15 * time.Minute), Mark: [8]byte{byte(n)}}
		if _, _, err := r.keeps.Miss(r.t.Context(), m, verify.MissLimit); err != nil {
			r.t.Fatal(err)
		}
	}
}

// finds is what the doctor reads, the oldest first.
func (r refusals) finds(login string, since time.Time, most int) (all []diagnosis.Rejection, more bool) {
	r.t.Helper()
	all, more, err := r.cloud.Store().Rejections(r.t.Context(), login, since, most)
	if err != nil {
		r.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b diagnosis.Rejection) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Cause, b.Cause)) })
	return all, more
}

func TestTheDoctorReadsWhatVerificationKeeps(t *testing.T) {
	t.Parallel()
	r := newRefusals(t)
	revoked := of("alice@example.com", noon, verify.Revoked)
	revoked.Credential = "c0123456789abcdef"
	r.rejects(revoked)
	r.rejects(of("alice@example.com", noon.Add(30*time.Second), verify.Revoked)) // the same minute and kind
	unplaced := of("alice@example.com", noon.Add(time.Minute), verify.Reason("newer"))
	unplaced.Network, unplaced.Address = "", ""
	r.rejects(unplaced)
	r.misses("alice@example.com", noon.Add(2*time.Minute), 3)
	r.misses("alice@example.com", noon.Add(20*time.Minute), verify.MissLimit+2)
	r.rejects(of("bob@example.com", noon, verify.Mistyped))
	r.rejects(of("alice@example.com.org", noon, verify.Mistyped))

	at := func(after time.Duration, r diagnosis.Rejection) diagnosis.Rejection {
		r.At, r.Service, r.Protocol = noon.Add(after), "mail", service.IMAP
		return r
	}
	want := []diagnosis.Rejection{
		at(0, diagnosis.Rejection{Cause: diagnosis.Revoked, Network: "203.0.113.0/24", Address: "203.0.113.7", Credential: "c0123456789abcdef"}),
		at(time.Minute, diagnosis.Rejection{Cause: diagnosis.Other}),
		at(2*time.Minute+2*time.Second, diagnosis.Rejection{Cause: diagnosis.Unknown, Network: "203.0.113.0/24", Address: "203.0.113.7", Passwords: 3}),
		at(20*time.Minute+9*time.Second, diagnosis.Rejection{
			Cause: diagnosis.Unknown, Network: "203.0.113.0/24", Address: "203.0.113.7", Passwords: verify.MissLimit, Full: true,
		}),
	}
	r.cloud.Seen()
	got, more := r.finds("alice@example.com", noon.Add(-time.Hour), 200)
	if d := gocmp.Diff(want, got, gocmp.Comparer(time.Time.Equal)); d != "" || more {
		t.Errorf("more is %v, (-want +got):\n%s", more, d)
	}
	if seen := r.cloud.Seen(); !slices.Equal(seen, []string{"Query", "Query"}) {
		t.Errorf("it asked %v", seen)
	}
	if got, _ := r.finds("carol@example.com", noon.Add(-time.Hour), 200); len(got) > 0 {
		t.Errorf("of somebody else: got %+v", got)
	}
}

func TestTheDoctorReadsNoFurtherThanItIsTold(t *testing.T) {
	t.Parallel()
	r := newRefusals(t)
	for n := range 5 {
		r.rejects(of("alice@example.com", noon.Add(time.Duration(n)*time.Minute), verify.Mistyped))
		r.misses("alice@example.com", noon.Add(time.Duration(n)*time.Hour), 1)
	}
	for _, c := range []struct {
		since time.Time
		most  int
		want  int
		more  bool
	}{
		{noon, 200, 10, false},
		{noon, 5, 10, false},
		{noon, 4, 8, true},
		{noon, 2, 4, true},
		{noon.Add(time.Second), 200, 8, false},
		{noon.Add(4 * time.Minute), 200, 5, false},
		{noon.Add(time.Hour), 200, 4, false},
		{noon.Add(5 * time.Hour), 200, 0, false},
	} {
		got, more := r.finds("alice@example.com", c.since, c.most)
		if len(got) != c.want || more != c.more {
			t.Errorf("since %v, at most %d: got %d, more %v; want %d, %v", c.since.Sub(noon), c.most, len(got), more, c.want, c.more)
		}
	}
	newest, _ := r.finds("alice@example.com", noon, 1)
	if len(newest) != 2 || !newest[0].At.Equal(noon.Add(4*time.Minute)) || !newest[1].At.Equal(noon.Add(4*time.Hour)) {
		t.Errorf("of each sort the newest: got %+v", newest)
	}
}

func TestAwayIsTrouble(t *testing.T) {
	t.Parallel()
	r := newRefusals(t)
	store := dynamo.NewStore(dynamodb.NewFromConfig(r.cloud.Config), dynamo.Tables{Ephemeral: "absent"})
	if _, _, err := store.Rejections(t.Context(), "alice@example.com", noon, 200); !errors.Is(err, problem.ErrUnavailable) {
		t.Errorf("a table that is not there: got %v", err)
	}
}
