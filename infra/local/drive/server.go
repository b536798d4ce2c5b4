package drive

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// Server is a company's server that verifies.
type Server struct {
	// URL is the HTTP API's base; Key is the service key.
	URL, Key string
}

// Login is what somebody tries.
type Login struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Protocol string `json:"protocol"`
	ClientIP string `json:"client_ip"`
}

// Verdict is the verify API's answer.
type Verdict struct {
	Status      int    `json:"-"`
	OK          bool   `json:"ok"`
	Reason      string `json:"reason"`
	Error       string `json:"error"`
	Login       string `json:"login"`
	Person      string `json:"person"`
	Credential  string `json:"credential_id"`
	Application string `json:"application"`
}

// Verify asks whether the login is good.
func (s Server) Verify(ctx context.Context, l Login) (Verdict, error) {
	status, text, err := send(ctx, http.MethodPost, s.URL+"/v1/verify", http.Header{"Authorization": {"Bearer " + s.Key}}, l)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Status: status}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("verify: status %d with no JSON", status)
	}
	return v, nil
}

// Revocations asks whose sessions have to end since a cursor, none of it for the present one.
func (s Server) Revocations(ctx context.Context, after string) (logins []string, next string, err error) {
	var page struct {
		Logins []string `json:"logins"`
		Next   string   `json:"next"`
	}
	err = call(ctx, http.MethodGet, s.URL+"/v1/revocations?after="+url.QueryEscape(after), http.Header{"Authorization": {"Bearer " + s.Key}}, nil, &page)
	return page.Logins, page.Next, err
}
