package deploy

import (
	"testing"
	"time"

	"github.com/apppass/apppass/shared/use/seal"
)

// atOnce is how late EventBridge Scheduler invokes: within the minute.
const atOnce = time.Minute

// An event of the audit has the time at which its function began, or that of its schedule. Nothing may be written so late that its hour is sealed.
func TestNothingIsWrittenBehindItsSeal(t *testing.T) {
	s := written(t)
	for id, f := range functions(t, s) {
		if f.Environment.Variables["AUDIT_TABLE"] == nil {
			continue
		}
		late := time.Duration(f.Timeout) * time.Second
		for _, e := range f.Events {
			if e.Type != "ScheduleV2" {
				continue
			}
			if f.EventInvokeConfig.MaximumEventAgeInSeconds == 0 {
				t.Errorf("%s: Lambda may keep its event for six hours", id)
			}
			late += atOnce + time.Duration(f.EventInvokeConfig.MaximumEventAgeInSeconds)*time.Second
		}
		if late >= seal.Margin {
			t.Errorf("%s may write %s late; an hour is sealed after %s", id, late, seal.Margin)
		}
	}
}
