package drive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Admin is an operator's tool. It calls the admin API, and signs as an IAM identity.
type Admin struct {
	// URL is the HTTP API's base.
	URL         string
	Credentials aws.Credentials
	Region      string
	// Now is the time by which the API lives.
	Now func() time.Time
}

// ServiceKey is a service key as the admin API tells of it. Key, the text, is told once.
type ServiceKey struct {
	Key    string `json:"key"`
	Prefix string `json:"prefix"`
	Made   int64  `json:"made"` // epoch seconds
}

// Refused is an answer that is not what was asked for.
type Refused struct {
	Status int    `json:"-"`
	Code   string `json:"error"`
}

// Error names the status and the code.
func (r *Refused) Error() string { return fmt.Sprintf("refused with %d %s", r.Status, r.Code) }

// MakeKey makes a key of a service.
func (a Admin) MakeKey(ctx context.Context, service string) (k ServiceKey, err error) {
	err = a.call(ctx, http.MethodPost, keysOf(service), http.StatusCreated, &k)
	return k, err
}

// Keys lists the keys of a service.
func (a Admin) Keys(ctx context.Context, service string) ([]ServiceKey, error) {
	var answer struct {
		Keys []ServiceKey `json:"keys"`
	}
	err := a.call(ctx, http.MethodGet, keysOf(service), http.StatusOK, &answer)
	return answer.Keys, err
}

// RevokeKey revokes a service's key, by its prefix.
func (a Admin) RevokeKey(ctx context.Context, service, prefix string) error {
	return a.call(ctx, http.MethodDelete, keysOf(service)+"?"+url.Values{"prefix": {prefix}}.Encode(), http.StatusNoContent, nil)
}

func keysOf(service string) string { return "/v1/admin/services/" + url.PathEscape(service) + "/keys" }

// nothing is the SHA-256 of no body.
var nothing = sha256.Sum256(nil)

// call signs a request and reads the answer's body into it. The error is [*Refused] where the status is another than want.
func (a Admin) call(ctx context.Context, method, path string, want int, it any) error {
	request, err := http.NewRequestWithContext(ctx, method, a.URL+path, nil)
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	if err := v4.NewSigner().SignHTTP(ctx, a.Credentials, request, hex.EncodeToString(nothing[:]), "execute-api", a.Region, a.Now()); err != nil {
		return fmt.Errorf("sign a request: %w", err)
	}
	status, text, err := send(ctx, method, a.URL+path, request.Header, nil)
	if err != nil {
		return err
	}
	if status != want {
		refused := &Refused{Status: status}
		// What is no JSON, or API Gateway's own, has no code.
		_ = json.Unmarshal(text, refused)
		return refused
	}
	if it == nil {
		return nil
	}
	if err := json.Unmarshal(text, it); err != nil {
		return fmt.Errorf("%s: status %d with no JSON", path, status)
	}
	return nil
}
