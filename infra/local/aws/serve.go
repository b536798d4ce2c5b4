package aws

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
	"github.com/apppass/apppass/infra/local/aws/sqs"
	"github.com/apppass/apppass/infra/local/faults"
)

// maxBody is more than any operation takes (BatchWriteItem: 16 MB).
const maxBody = 17 << 20

// errDropped ends a connection without an answer.
var errDropped = errors.New("the connection is dropped")

// ServeHTTP answers one call of an AWS operation.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	call := Call{Function: caller(r), At: c.options.Clock.Now()}
	target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	call.Operation = operation
	s, known := c.services[target]
	call.Service = s.name

	var body []byte
	err := error(awsjson.Refuse("UnknownOperationException", fmt.Sprintf("the local AWS has nothing behind X-Amz-Target %q", r.Header.Get("X-Amz-Target"))))
	if known {
		body, err = c.serve(s, operation, call.Function, r)
	}
	dropped := errors.Is(err, errDropped)
	if !dropped {
		call.Status = http.StatusOK
		if err != nil {
			body, call.Status, call.ErrorType = s.errorDocument(err)
		}
	}
	if c.options.Observe != nil {
		call.Took = time.Since(begun)
		c.options.Observe(call)
	}
	if dropped {
		panic(http.ErrAbortHandler) // how a handler closes the connection
	}
	write(w, r, s, body, call)
}

// serve runs the operation, or what the faults make of it.
func (c *Cloud) serve(s service, operation, function string, r *http.Request) ([]byte, error) {
	in, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, awsjson.Refuse("SerializationException", "the request can't be read: "+err.Error())
	}
	if err := checkSignature(r, in, s.name); err != nil {
		return nil, err
	}
	if c.options.Authorize != nil && function != "" {
		if err := c.options.Authorize(function, s.name, operation, in); err != nil {
			return nil, awsjson.Refuse(s.denied, err.Error())
		}
	}
	ctx, cancel := context.WithCancel(sqs.WithHost(r.Context(), r.Host))
	defer cancel()
	defer context.AfterFunc(c.closing, cancel)()

	fault, _ := c.options.Faults.Take(s.name, operation)
	switch {
	case fault.Kind == faults.Throttle:
		return nil, &s.throttled
	case fault.Kind == faults.Before:
		return nil, &s.broken
	case fault.Kind == faults.Hang:
		<-ctx.Done()
		return nil, errDropped
	case fault.Kind == faults.Kill && fault.Delay == 0:
		return nil, c.kill(function)
	}
	out, err := s.Serve(ctx, operation, in)
	switch fault.Kind {
	case faults.After:
		return nil, &s.broken
	case faults.Kill:
		return nil, c.kill(function)
	case faults.Delay:
		select {
		case <-time.After(fault.Delay):
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return nil, errDropped
	}
	return out, err
}

func (c *Cloud) kill(function string) error {
	if c.options.Kill != nil {
		c.options.Kill(function)
	}
	return errDropped
}

// errorDocument is the JSON by which SDKs know an error. What is not an [awsjson.Error] is the emulator's own fault, and says so.
func (s service) errorDocument(err error) (body []byte, status int, errorType string) {
	var refused *awsjson.Error
	if !errors.As(err, &refused) {
		refused = &awsjson.Error{Status: http.StatusInternalServerError, Type: "InternalFailure", Message: "the local AWS failed: " + err.Error()}
	}
	member := s.messageMember
	if member == "" {
		member = "message"
	}
	document := map[string]any{member: refused.Message}
	maps.Copy(document, refused.Fields)
	document["__type"] = refused.Type
	body, err = json.Marshal(document)
	if err != nil {
		body = []byte(`{"__type":"InternalFailure","message":"the local AWS can't write an error"}`)
	}
	return body, refused.Status, refused.Type[strings.LastIndexByte(refused.Type, '#')+1:]
}

func write(w http.ResponseWriter, r *http.Request, s service, body []byte, call Call) {
	h := w.Header()
	h.Set("Content-Type", r.Header.Get("Content-Type"))
	h.Set("X-Amzn-Requestid", rand.Text())
	if s.crc32 {
		h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	if call.ErrorType != "" && s.queryCode != nil {
		fault := "Sender"
		if call.Status >= 500 {
			fault = "Receiver"
		}
		h.Set("X-Amzn-Query-Error", s.queryCode(call.ErrorType)+";"+fault)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(call.Status)
	// Whoever hung up doesn't get the answer; the operation has taken effect all the same.
	_, _ = io.Copy(w, bytes.NewReader(body))
}

// caller reads the SDK's app id: "app/<function>" in the User-Agent.
func caller(r *http.Request) string {
	for product := range strings.FieldsSeq(r.UserAgent()) {
		if name, ok := strings.CutPrefix(product, "app/"); ok {
			return name
		}
	}
	return ""
}
