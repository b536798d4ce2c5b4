package dynamodb

import (
	"time"

	"github.com/apppass/apppass/infra/local/aws/dynamodb/attribute"
)

type (
	timeToLive struct {
		AttributeName string
		Enabled       bool
	}
	updateTimeToLiveRequest struct {
		TableName               string
		TimeToLiveSpecification *timeToLive
	}
	timeToLiveUpdated   struct{ TimeToLiveSpecification timeToLive }
	timeToLiveDescribed struct{ TimeToLiveDescription timeToLiveDescription }

	timeToLiveDescription struct {
		TimeToLiveStatus string
		AttributeName    string `json:",omitempty"`
	}
)

func (e *Engine) updateTimeToLive(in *updateTimeToLiveRequest) (*timeToLiveUpdated, error) {
	t, err := e.about(in.TableName)
	if err != nil {
		return nil, err
	}
	want := in.TimeToLiveSpecification
	switch {
	case want == nil:
		return nil, missing("timeToLiveSpecification")
	case want.AttributeName == "" || len(want.AttributeName) > 255:
		return nil, attribute.Invalid("TimeToLiveSpecification's AttributeName must have 1 to 255 characters")
	case want.Enabled && t.TTL != "":
		return nil, attribute.Invalid("TimeToLive is already enabled")
	case !want.Enabled && t.TTL == "":
		return nil, attribute.Invalid("TimeToLive is already disabled")
	case !want.Enabled && t.TTL != want.AttributeName:
		return nil, attribute.Invalid("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.TTL)
	}
	s := t.schema
	s.TTL = ""
	if want.Enabled {
		s.TTL = want.AttributeName
	}
	if err := e.keep(s); err != nil {
		return nil, err
	}
	t.schema = s
	return &timeToLiveUpdated{*want}, t.buildExpiry()
}

func (e *Engine) describeTimeToLive(in *tableRequest) (*timeToLiveDescribed, error) {
	t, err := e.about(in.TableName)
	if err != nil {
		return nil, err
	}
	d := timeToLiveDescription{TimeToLiveStatus: "DISABLED", AttributeName: t.TTL}
	if t.TTL != "" {
		d.TimeToLiveStatus = "ENABLED"
	}
	return &timeToLiveDescribed{d}, nil
}

type (
	recoverySpecification struct {
		PointInTimeRecoveryEnabled *bool
		RecoveryPeriodInDays       *int
	}
	updateContinuousBackupsRequest struct {
		TableName                        string
		PointInTimeRecoverySpecification *recoverySpecification
	}
	backupsDescribed struct{ ContinuousBackupsDescription backups }

	backups struct {
		ContinuousBackupsStatus        string
		PointInTimeRecoveryDescription recovery
	}
	recovery struct {
		PointInTimeRecoveryStatus  string
		EarliestRestorableDateTime *epoch `json:",omitempty"`
		LatestRestorableDateTime   *epoch `json:",omitempty"`
		RecoveryPeriodInDays       int    `json:",omitempty"`
	}
)

// recoveryDays is how far back point-in-time recovery goes unless told otherwise.
const recoveryDays = 35

func (e *Engine) updateContinuousBackups(in *updateContinuousBackupsRequest) (*backupsDescribed, error) {
	t, err := e.about(in.TableName)
	if err != nil {
		return nil, err
	}
	want := in.PointInTimeRecoverySpecification
	if want == nil || want.PointInTimeRecoveryEnabled == nil {
		return nil, missing("pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled")
	}
	if want.RecoveryPeriodInDays != nil && *want.RecoveryPeriodInDays != recoveryDays {
		return nil, attribute.Invalid("the local DynamoDB knows no RecoveryPeriodInDays but %d", recoveryDays)
	}
	s := t.schema
	switch {
	case !*want.PointInTimeRecoveryEnabled:
		s.Recovery = time.Time{}
	case s.Recovery.IsZero():
		s.Recovery = e.clock.Now()
	}
	if err := e.keep(s); err != nil {
		return nil, err
	}
	t.schema = s
	return e.describeContinuousBackups(&tableRequest{in.TableName})
}

func (e *Engine) describeContinuousBackups(in *tableRequest) (*backupsDescribed, error) {
	t, ok := e.tables[in.TableName]
	if !ok {
		return nil, refuse("TableNotFoundException", "Table not found: "+in.TableName)
	}
	b := backups{ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription: recovery{PointInTimeRecoveryStatus: "DISABLED"}}
	if !t.Recovery.IsZero() {
		now := e.clock.Now()
		earliest, latest := epoch(t.Recovery), epoch(now)
		if oldest := now.AddDate(0, 0, -recoveryDays); t.Recovery.Before(oldest) {
			earliest = epoch(oldest)
		}
		b.PointInTimeRecoveryDescription = recovery{"ENABLED", &earliest, &latest, recoveryDays}
	}
	return &backupsDescribed{b}, nil
}
