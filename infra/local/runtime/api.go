package runtime

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// largestAnswer is Lambda's for a synchronous invocation, in bytes: 6 MB and a little more.
const largestAnswer = 6291556

// serveAPI is the Runtime API, and of the Extensions API what lets a function ask for SIGTERM.
func (r *Runtime) serveAPI(w http.ResponseWriter, q *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(q.URL.Path, "/"), "/", 3)
	var p *process
	if len(parts) == 3 {
		p = r.process(parts[0], parts[1])
	}
	if p == nil {
		refuse(w, http.StatusNotFound, "InvalidProcess", "no such process runs")
		return
	}
	const invocation, extension = "2018-06-01/runtime/invocation/", "2020-01-01/extension/"
	id, _, _ := strings.Cut(strings.TrimPrefix(parts[2], invocation), "/")
	switch q.Method + " " + parts[2] {
	case "GET " + invocation + "next":
		p.next(w, q)
	case "POST " + invocation + id + "/response":
		p.receive(w, q, id, answered)
	case "POST " + invocation + id + "/error":
		p.receive(w, q, id, reported)
	case "POST 2018-06-01/runtime/init/error":
		p.failInit(w, q)
	case "POST " + extension + "register":
		p.register(w)
	case "GET " + extension + "event/next": // no event ever comes: a signal does
		p.sleep(q)
	default:
		refuse(w, http.StatusNotFound, "InvalidPath", "the Runtime API has nothing like "+q.Method+" /"+parts[2])
	}
}

func (r *Runtime) process(function, number string) *process {
	n, err := strconv.Atoi(number)
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.processes[n]; err == nil && p != nil && p.function.Name == function {
		return p
	}
	return nil
}

// next finishes the invocation that the process has answered, and answers with the next when there is one.
func (p *process) next(w http.ResponseWriter, q *http.Request) {
	p.mu.Lock()
	if p.polling || p.current != nil && p.current.answer == nil {
		p.mu.Unlock()
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the process is in an invocation or waits for one already")
		return
	}
	p.polling = true
	if p.current != nil {
		close(p.current.finished)
		p.current = nil
	}
	if !p.isReady() {
		close(p.ready)
	}
	p.mu.Unlock()

	var i *invocation
	select {
	case i = <-p.offers:
	case <-p.exited:
	case <-q.Context().Done():
	}
	p.mu.Lock()
	p.polling, p.current = false, i
	p.mu.Unlock()
	if i == nil {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", p.function.arn())
	h.Set("Lambda-Runtime-Trace-Id", i.trace)
	_, _ = w.Write(i.payload) // a process that can't read it ends or runs out of time
}

func (p *process) isReady() bool {
	select {
	case <-p.ready:
		return true
	default:
		return false
	}
}

// receive takes what the process has to say about its invocation, once.
func (p *process) receive(w http.ResponseWriter, q *http.Request, id string, read func(*http.Request, []byte) Result) {
	body, tooLarge, err := readBody(q)
	if err != nil {
		return // the process ended in the middle
	}
	p.mu.Lock()
	i := p.current
	p.mu.Unlock()
	if i == nil || i.id != id {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	result := read(q, body)
	if tooLarge {
		result = *i.fail("Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
	}
	result.RequestID = id
	switch {
	case !p.answer(i, result):
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
	case tooLarge:
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes).")
	default:
		accept(w)
	}
}

// answer notes what the invocation comes to, unless that is known already.
func (p *process) answer(i *invocation, result Result) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i.answer != nil {
		return false
	}
	i.answer = &result
	return true
}

// readBody reads at most what an answer may have, and throws away the rest, so that the process can read the refusal.
func readBody(q *http.Request) (body []byte, tooLarge bool, err error) {
	body, err = io.ReadAll(io.LimitReader(q.Body, largestAnswer+1))
	if err == nil && len(body) > largestAnswer {
		_, err = io.Copy(io.Discard, q.Body)
		return nil, true, err
	}
	return body, false, err
}

// answered reads an answer. Trailers report an error that befell it half-way.
func answered(q *http.Request, body []byte) Result {
	errorType := q.Trailer.Get("Lambda-Runtime-Function-Error-Type")
	if errorType == "" {
		return Result{Payload: body}
	}
	if report, err := base64.StdEncoding.DecodeString(q.Trailer.Get("Lambda-Runtime-Function-Error-Body")); err == nil && len(report) > 0 {
		body = report
	}
	return Result{Payload: body, Failed: true, ErrorType: errorType}
}

// reported reads an error report: the header names its type, else its body does.
func reported(q *http.Request, body []byte) Result {
	errorType := q.Header.Get("Lambda-Runtime-Function-Error-Type")
	if errorType == "" {
		var report struct {
			ErrorType string `json:"errorType"`
		}
		if json.Unmarshal(body, &report) == nil {
			errorType = report.ErrorType
		}
	}
	if errorType == "" {
		errorType = "Runtime.Unknown"
	}
	return Result{Payload: body, Failed: true, ErrorType: errorType}
}

// failInit takes the report of a process that could not initialise; it is ended then.
func (p *process) failInit(w http.ResponseWriter, q *http.Request) {
	body, _, err := readBody(q)
	if err != nil {
		return
	}
	result := reported(q, body)
	p.mu.Lock()
	if p.isReady() {
		p.mu.Unlock()
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the process has initialised")
		return
	}
	p.initError = &result
	p.mu.Unlock()
	accept(w)
	_ = http.NewResponseController(w).Flush() // it may be gone
	p.kill()
}

// register makes the process one that gets SIGTERM some time before SIGKILL.
func (p *process) register(w http.ResponseWriter) {
	p.mu.Lock()
	p.extensions = true
	p.mu.Unlock()
	w.Header().Set("Lambda-Extension-Identifier", uuid())
	writeJSON(w, http.StatusOK, map[string]string{"functionName": p.function.Name, "functionVersion": "$LATEST"})
}

func (p *process) sleep(q *http.Request) {
	select {
	case <-p.exited:
	case <-q.Context().Done():
	}
}

func accept(w http.ResponseWriter) {
	writeJSON(w, http.StatusAccepted, map[string]string{"status": "OK"})
}

func refuse(w http.ResponseWriter, status int, errorType, message string) {
	writeJSON(w, status, map[string]string{"errorType": errorType, "errorMessage": message})
}

func writeJSON(w http.ResponseWriter, status int, v map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who hung up doesn't get it
}
