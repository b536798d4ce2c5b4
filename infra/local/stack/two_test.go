package stack_test

import (
	"testing"
	"time"

	"github.com/apppass/apppass/infra/local/drive"
	"github.com/apppass/apppass/infra/local/world"
)

func TestTwoStacksShareNothing(t *testing.T) {
	one, other := world.New(t), world.New(t)
	pw := one.Alice.Makes("Thunderbird", "laptop")
	one.Mail.Accepts(one.Alice, pw)
	other.Mail.Rejects(other.Alice, pw, "unknown")
	if s := other.Alice.Sees(); len(s.Messages) > 0 || len(s.Views) > 0 {
		t.Errorf("the other Alice sees %s", s.Words())
	}

	one.Advance(36 * time.Hour)
	if offset := other.Clock.Offset(); offset != 0 {
		t.Errorf("the other's clock is ahead by %v", offset)
	}
	one.Breaks(drive.Fault{Target: "dynamodb", Operation: "GetItem", Kind: "throttle"})
	other.Mail.Rejects(other.Alice, pw, "unknown")
}
