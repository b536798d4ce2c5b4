package contract_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// recording is a file of testdata: exchanges that are made one after the other.
type recording struct {
	// Recorded says where the answers are from.
	Recorded  string     `json:"recorded"`
	Exchanges []exchange `json:"exchanges"`
}

// exchange is a request as it is written by hand, and the answer as it was recorded, without what differs from run to run (plain).
//
// In a request {run} stands for a text of the run's own, which keeps names apart; {QueueUrl}, or any other member's name in braces, for the
// newest value of that member in the answers before.
type exchange struct {
	// Says is what it shows.
	Says string `json:"says"`
	// Target is the X-Amz-Target.
	Target  string          `json:"target"`
	Request json.RawMessage `json:"request"`
	// Until, if set, is a text that the answer has in the end: until then the request is repeated, as AWS takes its time with tables, indexes
	// and lists.
	Until   string            `json:"until,omitempty"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Answer  json.RawMessage   `json:"answer"`
}

// read reads a recording.
func read(path string) (recording, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return recording{}, err
	}
	var r recording
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return recording{}, fmt.Errorf("read the recording %s: %w", path, err)
	}
	return r, nil
}

// write writes a recording so that a change is a changed line.
func (r recording) write(path string) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"recorded\": %s,\n\"exchanges\": [\n", quote(r.Recorded))
	for n, e := range r.Exchanges {
		if n > 0 {
			out.WriteString(",\n\n")
		}
		var request bytes.Buffer
		if err := json.Compact(&request, e.Request); err != nil {
			return err
		}
		fmt.Fprintf(&out, "{\"says\": %s,\n \"target\": %s,\n \"request\": %s,\n", quote(e.Says), quote(e.Target), &request)
		if e.Until != "" {
			fmt.Fprintf(&out, " \"until\": %s,\n", quote(e.Until))
		}
		fmt.Fprintf(&out, " \"status\": %d, \"headers\": %s,\n \"answer\": %s}", e.Status, quote(e.Headers), e.Answer)
	}
	out.WriteString("\n]\n}\n")
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// quote is JSON for people: nothing is escaped that need not be.
func quote(v any) string {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprintf("%q", err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// client makes exchanges with one service at one place.
type client struct {
	cfg     aws.Config
	service string // of the signature: "sqs"
	plain   plain
	members map[string]string // the newest value of each member in the answers, by name
}

// make makes an exchange and returns it with the answer that came.
func (c *client) make(ctx context.Context, e exchange) (exchange, error) {
	request := strings.ReplaceAll(string(e.Request), "{run}", c.plain.run)
	for name, value := range c.members {
		request = strings.ReplaceAll(request, "{"+name+"}", value)
	}
	for {
		resp, answer, err := c.send(ctx, e.Target, request)
		if err != nil {
			return e, fmt.Errorf("%s (%s): %w", e.Says, e.Target, err)
		}
		made, err := c.record(e, resp, answer)
		if err != nil || e.Until == "" || strings.Contains(string(made.Answer), e.Until) {
			return made, err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return e, fmt.Errorf("%s: the answer never has %s: %s", e.Says, e.Until, made.Answer)
		}
	}
}

func (c *client) send(ctx context.Context, target, body string) (*http.Response, []byte, error) {
	url := "https://" + c.service + "." + c.cfg.Region + ".amazonaws.com"
	if c.cfg.BaseEndpoint != nil {
		url = *c.cfg.BaseEndpoint
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/", strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", map[bool]string{true: "application/x-amz-json-1.1", false: "application/x-amz-json-1.0"}[c.service == "secretsmanager"])
	credentials, err := c.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), c.service, c.cfg.Region, time.Now()); err != nil {
		return nil, nil, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	return resp, answer, errors.Join(err, resp.Body.Close())
}

// record puts the answer into the exchange, after a look at what is different each time and must be right all the same.
func (c *client) record(e exchange, resp *http.Response, answer []byte) (exchange, error) {
	e.Status, e.Headers = resp.StatusCode, map[string]string{}
	for _, name := range []string{"Content-Type", "X-Amzn-Query-Error"} {
		if value := resp.Header.Get(name); value != "" {
			e.Headers[name] = value
		}
	}
	if resp.Header.Get("X-Amzn-Requestid") != "" {
		e.Headers["X-Amzn-Requestid"] = "<id>"
	}
	if sum := resp.Header.Get("X-Amz-Crc32"); sum != "" {
		if want := strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer)), 10); sum != want {
			return e, fmt.Errorf("%s: X-Amz-Crc32 is %s, and the CRC-32 of the body %s", e.Says, sum, want)
		}
		e.Headers["X-Amz-Crc32"] = "<the body's>"
	}
	if len(answer) == 0 {
		e.Answer = json.RawMessage("null")
		return e, nil
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber()
	var document any
	if err := d.Decode(&document); err != nil {
		return e, fmt.Errorf("%s: the answer is no JSON: %w", e.Says, err)
	}
	c.remember(document)
	e.Answer = json.RawMessage(quote(c.plain.value("", document)))
	return e, nil
}

// remember notes the members that a later request may name.
func (c *client) remember(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if text, ok := value.(string); ok {
				c.members[name] = text
			}
			c.remember(value)
		}
	case []any:
		for _, element := range v {
			c.remember(element)
		}
	}
}
