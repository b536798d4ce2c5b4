package drive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// RevokeOf has app passwords of a person revoked, by what the body says, and returns the job that does it. The key makes it one act however
// often it is sent.
func (a Admin) RevokeOf(ctx context.Context, person, key string, body map[string]any) (job string, err error) {
	return a.order(ctx, person, "revoke", key, body)
}

// AskRotationOf has a person asked to rotate one, and returns the job that does it.
func (a Admin) AskRotationOf(ctx context.Context, person, key string, body map[string]any) (job string, err error) {
	return a.order(ctx, person, "rotate", key, body)
}

func (a Admin) order(ctx context.Context, person, verb, key string, body map[string]any) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("marshal a request: %w", err)
	}
	to := a.URL + "/v1/admin/people/" + url.PathEscape(person) + "/" + verb
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(string(text)))
	if err != nil {
		return "", fmt.Errorf("make a request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	sum := sha256.Sum256(text)
	if err := v4.NewSigner().SignHTTP(ctx, a.Credentials, request, hex.EncodeToString(sum[:]), "execute-api", a.Region, a.Now()); err != nil {
		return "", fmt.Errorf("sign a request: %w", err)
	}
	status, answer, err := send(ctx, http.MethodPost, to, request.Header, body)
	if err != nil {
		return "", err
	}
	if status != http.StatusAccepted {
		refused := &Refused{Status: status}
		// What is no JSON, or API Gateway's own, has no code.
		_ = json.Unmarshal(answer, refused)
		return "", refused
	}
	var said struct{ Job string }
	if err := json.Unmarshal(answer, &said); err != nil {
		return "", fmt.Errorf("%s: no JSON", to)
	}
	return said.Job, nil
}
