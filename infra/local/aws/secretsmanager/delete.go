package secretsmanager

import (
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

// forcedDeletion is how long the name of a secret deleted by force is still held. The real service promises no time.
const forcedDeletion = 2 * time.Second

const day = 24 * time.Hour

type deleteSecretRequest struct {
	SecretId                   string
	ForceDeleteWithoutRecovery bool
	RecoveryWindowInDays       *int64
}

type deletedSecret struct {
	ARN          string
	Name         string
	DeletionDate epoch
}

func (s *Service) deleteSecret(in deleteSecretRequest) (*deletedSecret, error) {
	window := int64(30)
	if in.RecoveryWindowInDays != nil {
		window = *in.RecoveryWindowInDays
		if in.ForceDeleteWithoutRecovery {
			return nil, awsjson.Refuse("InvalidParameterException", "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
		}
	}
	if window < 7 || window > 30 {
		return nil, awsjson.Refuse("InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
	}
	now := s.clock.Now()
	sec, err := s.get(in.SecretId)
	if err != nil {
		if in.ForceDeleteWithoutRecovery {
			return &deletedSecret{ARN: arnPrefix + in.SecretId, Name: in.SecretId, DeletionDate: epoch(now)}, nil
		}
		return nil, err
	}
	date := now.Add(time.Duration(window) * day)
	mark := &deletion{Date: date, ReadableUntil: now, GoneAt: date}
	if in.ForceDeleteWithoutRecovery {
		if sec.Deletion != nil && sec.Deletion.forced() {
			return &deletedSecret{ARN: sec.ARN, Name: sec.Name, DeletionDate: epoch(sec.Deletion.Date)}, nil
		}
		readable := now
		if sec.Deletion == nil {
			readable = now.Add(s.switches.ReadableAfterDeletion)
		}
		mark = &deletion{Date: now, ReadableUntil: readable, GoneAt: readable.Add(forcedDeletion)}
	} else if sec.Deletion != nil {
		return nil, awsjson.Refuse("InvalidRequestException", "You tried to perform the operation on a secret that's currently marked deleted.")
	}
	sec.Deletion = mark
	if err := s.commit(record{Put: &sec}); err != nil {
		return nil, err
	}
	return &deletedSecret{ARN: sec.ARN, Name: sec.Name, DeletionDate: epoch(mark.Date)}, nil
}

// forced tells the mark of a forced deletion: its date is when it was asked for, not when it is over.
func (d *deletion) forced() bool { return d.GoneAt.After(d.Date) }
