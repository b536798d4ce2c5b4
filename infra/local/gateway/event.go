package gateway

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/apppass/apppass/infra/local/template"
)

// request is a request and what the gateway adds to it.
type request struct {
	*http.Request
	id   string
	at   time.Time
	path string // decoded
}

// event is an [events.APIGatewayV2HTTPRequest] without what its Go type would add to a real one.
type event struct {
	events.APIGatewayV2HTTPRequest
	RequestContext requestContext `json:"requestContext"`
}

type requestContext struct {
	events.APIGatewayV2HTTPRequestContext
	Authentication *struct{}   `json:"authentication,omitempty"` // only with mutual TLS
	Authorizer     *authorizer `json:"authorizer,omitempty"`
}

// event is the request as the function gets it.
func (g *Gateway) event(q *request, r *route, parameters map[string]string, body []byte) event {
	var e event
	e.Version, e.RouteKey = "2.0", r.key
	e.RawPath, e.RawQueryString = q.path, q.URL.RawQuery
	e.QueryStringParameters = joined(query(q.URL.RawQuery))
	e.PathParameters = parameters
	e.Headers, e.Cookies = headers(q)
	e.Body, e.IsBase64Encoded = g.encode(e.Headers["content-type"], body)

	host, _, err := net.SplitHostPort(q.Host)
	if err != nil {
		host = q.Host
	}
	prefix, _, _ := strings.Cut(host, ".")
	e.RequestContext.APIGatewayV2HTTPRequestContext = events.APIGatewayV2HTTPRequestContext{
		AccountID: template.Account, APIID: g.apiID(r), DomainName: host, DomainPrefix: prefix,
		RequestID: q.id, RouteKey: r.key, Stage: "$default",
		Time: q.at.UTC().Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: q.at.UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
			Method: q.Method, Path: q.path, Protocol: q.Proto, SourceIP: peer(q.Request), UserAgent: q.UserAgent(),
		},
	}
	return e
}

// encode is the body as an event carries it.
func (g *Gateway) encode(contentType string, body []byte) (text string, isBase64 bool) {
	if len(body) == 0 || g.isText(contentType) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

// isText reports whether a body of this type is text in an event.
func (g *Gateway) isText(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	switch media {
	case "application/json", "application/xml", "application/javascript":
		return true
	case "application/x-www-form-urlencoded":
		return g.options.Base64Forms != nil && !g.options.Base64Forms()
	}
	return strings.HasPrefix(media, "text/")
}

func (g *Gateway) apiID(r *route) string {
	if a, ok := g.apis[r.API]; ok {
		return a.ID
	}
	return strings.ToLower(r.API)
}

// hopByHop are the headers of a connection, not of a request or response (RFC 9110 §7.6.1).
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect"}

// headers are the request's as an event has them, and what the gateway says of the client; the cookies apart.
func headers(q *request) (all map[string]string, cookies []string) {
	h := q.Header.Clone()
	for _, name := range hopByHop {
		h.Del(name)
	}
	for _, line := range h.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				cookies = append(cookies, cookie)
			}
		}
	}
	h.Del("Cookie")
	h.Set("Host", q.Host)
	if q.ContentLength >= 0 {
		h.Set("Content-Length", strconv.FormatInt(q.ContentLength, 10))
	}
	h.Set("X-Forwarded-For", strings.Join(append(slices.Clone(h.Values("X-Forwarded-For")), peer(q.Request)), ", "))
	h.Set("X-Forwarded-Proto", "http")
	if q.TLS != nil {
		h.Set("X-Forwarded-Proto", "https")
	}
	if local, ok := q.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if _, port, err := net.SplitHostPort(local.String()); err == nil {
			h.Set("X-Forwarded-Port", port)
		}
	}
	if h.Get("X-Amzn-Trace-Id") == "" {
		h.Set("X-Amzn-Trace-Id", fmt.Sprintf("Root=1-%08x-%s", time.Now().Unix(), hex.EncodeToString(random(12))))
	}
	return joined(h), cookies
}

// joined has one value for each name, in lower case for headers: several are joined by commas. Nothing is nil.
func joined[M ~map[string][]string](m M) map[string]string {
	if len(m) == 0 {
		return nil
	}
	_, isHeader := any(m).(http.Header)
	all := map[string]string{}
	for name, values := range m {
		if isHeader {
			name = strings.ToLower(name)
		}
		all[name] = strings.Join(values, ",")
	}
	return all
}

// query is what can be read of a query string.
func query(raw string) url.Values {
	values, _ := url.ParseQuery(raw)
	return values
}

// decodedPath is the path as routes are matched with it.
func decodedPath(q *http.Request) string {
	path, _, _ := strings.Cut(q.URL.Path, "?")
	return path
}

// peer is the IP address at the other end of the connection.
func peer(q *http.Request) string {
	host, _, err := net.SplitHostPort(q.RemoteAddr)
	if err != nil {
		return q.RemoteAddr
	}
	return host
}

// requestID looks like API Gateway's: 16 characters of base64.
func requestID() string { return base64.StdEncoding.EncodeToString(random(11)) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
