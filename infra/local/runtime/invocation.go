package runtime

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// invocation is one invocation on its way through a process. answer is guarded by the process's mutex.
type invocation struct {
	function *function
	id       string
	trace    string
	payload  []byte
	deadline time.Time
	cold     bool
	answer   *Result       // nil: not answered
	finished chan struct{} // closed when the process asks for the next
}

func newInvocation(f *function, payload []byte) *invocation {
	return &invocation{function: f, id: uuid(), trace: trace(), payload: payload, finished: make(chan struct{})}
}

// fail is the result that Lambda gives for a failure which the function did not report itself; it also goes to the function's log.
func (i *invocation) fail(errorType, message string) *Result {
	message = "RequestId: " + i.id + " Error: " + message
	i.function.runtime.options.Log(i.function.Name, message)
	payload, err := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{errorType, message})
	if err != nil {
		payload = []byte("{}") // two texts always marshal
	}
	return &Result{RequestID: i.id, Payload: payload, Failed: true, ErrorType: errorType}
}

// uuid is a random one (RFC 9562 §5.4).
func uuid() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// trace is an X-Ray trace header that is not sampled.
func trace() string {
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", time.Now().Unix(), hex.EncodeToString(random(12)), hex.EncodeToString(random(8)))
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
