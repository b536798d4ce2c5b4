package nudge_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/apppass/apppass/infra/local/faults"
	"github.com/apppass/apppass/shared/core/job"
	"github.com/apppass/apppass/shared/use/nudge"
)

var passwords = flag.Int("passwords", 100_000, "how many app passwords there are among those that are due")

// wakes puts app passwords beside each other in the index: so many that are due, each of another person, and the others later.
func (h *house) wakes(all, due int) {
	h.t.Helper()
	const writers = 4
	name := h.Table("credentials")
	var (
		wg     sync.WaitGroup
		failed = make(chan error, writers)
	)
	for w := range writers {
		wg.Go(func() {
			var batch []types.WriteRequest
			for n := w; n < all; n += writers {
				person, at := fmt.Sprintf("U%07d", n/2), h.now.Add(time.Hour+time.Duration(n)*time.Second)
				if n < due {
					person, at = fmt.Sprintf("UDUE%04d", n), h.now.Add(-time.Duration(n)*time.Second)
				}
				batch = append(batch, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
					"pk": &types.AttributeValueMemberS{Value: "person#" + person}, "sk": &types.AttributeValueMemberS{Value: fmt.Sprintf("credential#c%d", n)},
					"v": &types.AttributeValueMemberN{Value: "1"}, "nudge_shard": &types.AttributeValueMemberS{Value: fmt.Sprint(n % 8)},
					"nudge_at": &types.AttributeValueMemberN{Value: fmt.Sprint(at.Unix())},
				}}})
				if len(batch) == 25 || n+writers >= all {
					if _, err := h.tables.BatchWriteItem(context.Background(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{name: batch}}); err != nil {
						failed <- err
						return
					}
					batch = nil
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	h.must(<-failed)
}

// received is the jobs in the background queue.
func (h *house) received() (all []job.Job) {
	h.t.Helper()
	client, url := sqs.NewFromConfig(h.Config), h.Queue("background")
	for {
		out, err := client.ReceiveMessage(h.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10})
		h.must(err)
		if len(out.Messages) == 0 {
			return all
		}
		var gone []sqstypes.DeleteMessageBatchRequestEntry
		for _, m := range out.Messages {
			j, err := job.Parse(*m.Body)
			h.must(err)
			all = append(all, j)
			gone = append(gone, sqstypes.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
		}
		_, err = client.DeleteMessageBatch(h.t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: gone})
		h.must(err)
	}
}

// pages is how many pages the due of eight shards fill, of a thousand keys each: an empty shard is a page too.
func pages(due int) (n int) {
	for shard := range 8 {
		n += max(1, ((due+7-shard)/8+999)/1000)
	}
	return n
}

// TestATickReadsWhatIsDue counts what a tick asks for among many app passwords that are not due. make year has a million of them.
func TestATickReadsWhatIsDue(t *testing.T) {
	t.Parallel()
	h := newHouse(t, wednesday)
	const due = 1000
	h.wakes(*passwords, due)
	h.Seen()
	done, err := nudge.NewTicker(h.nudges, h.jobs(), "TLOCAL").Tick(t.Context(), h.now)
	h.must(err)
	asked := map[string]int{}
	for _, operation := range h.Seen() {
		asked[operation]++
	}
	t.Logf("%d due among %d: %v, where the due fill %d pages", done.Due, *passwords, asked, pages(due))
	if done != (nudge.Ticked{Due: due, Queued: due}) || float64(asked["Query"]) > 1.1*float64(pages(due)) || asked["SendMessageBatch"] != due/10 || len(asked) != 2 {
		t.Errorf("done was %+v by %v", done, asked)
	}
	who := map[string]bool{}
	for _, j := range h.received() {
		who[j.Person] = true
		if want := job.NudgeID(j.Person, h.now); j.ID != want || j.Kind != job.Nudge || j.Team != "TLOCAL" || j.At != h.now.Unix() || !strings.HasPrefix(j.Person, "UDUE") {
			t.Fatalf("queued was %+v", j)
		}
	}
	if len(who) != due {
		t.Errorf("%d persons have a job", len(who))
	}
}

func TestAPersonHasOneJobForAllThatIsDue(t *testing.T) {
	t.Parallel()
	h := newHouse(t, wednesday.Add(-400*day))
	alice := h.joins("UALICE", "Europe/Berlin")
	for range 3 {
		h.makes(alice, "general", time.Time{})
	}
	h.now = wednesday
	for range 2 { // what is not done is found again
		done, err := nudge.NewTicker(h.nudges, h.jobs(), "TLOCAL").Tick(t.Context(), h.now)
		if h.must(err); done != (nudge.Ticked{Due: 1, Queued: 1}) {
			t.Errorf("done was %+v", done)
		}
	}
	h.must(h.looks(alice))
	if who := h.due(); len(who) > 0 {
		t.Errorf("%v is found again", who)
	}
}

func TestWhatATickLeavesIsTheNextOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, wednesday)
	h.wakes(240, 240)
	some, more, err := h.nudges.Due(t.Context(), h.now, 80)
	if err != nil || len(some) != 80 || !more {
		t.Fatalf("got %d, %v, %v", len(some), more, err)
	}
	all, more, err := h.nudges.Due(t.Context(), h.now, 240)
	if err != nil || len(all) != 240 || more {
		t.Fatalf("got %d, %v, %v", len(all), more, err)
	}
	for _, who := range []string{"UDUE0239", "UDUE0160"} { // the longest due first
		if !slices.Contains(some, who) {
			t.Errorf("%s is not among the first", who)
		}
	}
	if slices.Contains(some, "UDUE0159") {
		t.Error("UDUE0159 is among the first")
	}
}

func TestAFaultKeepsNoneOfTheOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t, wednesday)
	h.wakes(100, 100)
	h.must(h.Faults.Add(faults.Fault{Target: "sqs", Operation: "SendMessageBatch", Kind: faults.Before, Times: 2}))
	done, err := nudge.NewTicker(h.nudges, h.jobs(), "TLOCAL").Tick(t.Context(), h.now)
	if err == nil || done != (nudge.Ticked{Due: 100, Queued: 80}) {
		t.Errorf("done was %+v, %v", done, err)
	}
	h.Faults.Clear()
	h.must(h.Faults.Add(faults.Fault{Target: "dynamodb", Operation: "Query", Kind: faults.Before, Times: 1}))
	if done, err := nudge.NewTicker(h.nudges, h.jobs(), "TLOCAL").Tick(t.Context(), h.now); err == nil || done.Due != 0 {
		t.Errorf("done was %+v, %v", done, err)
	}
}
