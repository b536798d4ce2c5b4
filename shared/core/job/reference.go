package job

import (
	"crypto/sha256"
	"encoding/hex"
)

// Reference is a short name of the job, by which a person's words find it in the log.
func (j Job) Reference() string {
	sum := sha256.Sum256([]byte(j.ID))
	return hex.EncodeToString(sum[:4])
}
