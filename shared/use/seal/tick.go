package seal

import (
	"context"
	"errors"
	"time"
)

// BrokenEvent is the word of the log at which an alarm goes off: an hour of the audit is not as it was sealed.
const BrokenEvent = "audit_broken"

// nightly is when, by UTC, the first shard is checked; the others follow, one a minute.
const nightly = 3*time.Hour + 20*time.Minute

// Done is what a minute has come to.
type Done struct {
	Sealed
	// Checked is what came of the check of a shard's last days; nil: none was due.
	Checked *Report
}

// Tick does what is due in the minute of at: each shard has its turn to be sealed every 16 minutes, and to be checked once a night. Each
// fails alone.
func (s *Sealer) Tick(ctx context.Context, at time.Time) (Done, error) {
	var done Done
	var sealing, checking error
	at = at.UTC()
	if shard := int(at.Unix()/60) % turns; shard < s.shards {
		done.Sealed, sealing = s.Seal(ctx, shard, at)
	}
	midnight := at.Truncate(24 * time.Hour)
	if shard := int((at.Sub(midnight) - nightly).Minutes()); shard >= 0 && shard < s.shards && at.Sub(midnight) >= nightly {
		var r Report
		if r, checking = s.Check(ctx, shard, midnight.AddDate(0, 0, -checked), midnight); errors.Is(checking, ErrNone) {
			checking = nil // it is about to get its first one
		} else if checking == nil {
			done.Checked = &r
		}
	}
	return done, errors.Join(sealing, checking)
}

// turns is how many minutes pass until a shard's turn comes again.
const turns = 16
