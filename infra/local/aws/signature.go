package aws

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

var signer = v4.NewSigner()

// checkSignature demands a Signature Version 4 by the local credentials, scoped to the region and the service: it signs the same
// headers and body and compares. Age is not checked, as callers may live by another clock.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func checkSignature(r *http.Request, body []byte, service string) error {
	authorization := r.Header.Get("Authorization")
	if authorization == "" {
		return awsjson.Refuse("MissingAuthenticationTokenException", "Request is missing Authentication Token")
	}
	fields, ok := strings.CutPrefix(authorization, "AWS4-HMAC-SHA256 ")
	parts := map[string]string{}
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		parts[name] = value
	}
	scope := strings.Split(parts["Credential"], "/")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if !ok || len(scope) != 5 || parts["SignedHeaders"] == "" || parts["Signature"] == "" || err != nil {
		return awsjson.Refuse("IncompleteSignatureException", "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders', and X-Amz-Date its time.")
	}
	if scope[0] != AccessKeyID {
		return awsjson.Refuse("UnrecognizedClientException", fmt.Sprintf("The security token included in the request is invalid. The local AWS knows the access key %q only.", AccessKeyID))
	}
	if scope[2] != Region || scope[3] != service {
		return awsjson.Refuse("InvalidSignatureException", fmt.Sprintf("Credential should be scoped to region %q and service %q, not to %q and %q.", Region, service, scope[2], scope[3]))
	}
	again := &http.Request{Method: r.Method, URL: r.URL, Host: r.Host, Header: http.Header{}}
	for name := range strings.SplitSeq(parts["SignedHeaders"], ";") {
		if name == "content-length" {
			again.ContentLength = r.ContentLength
		} else if name != "host" {
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	sum := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: AccessKeyID, SecretAccessKey: SecretAccessKey}
	if err := signer.SignHTTP(r.Context(), credentials, again, hex.EncodeToString(sum[:]), service, Region, at); err != nil {
		return fmt.Errorf("sign the request again: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(again.Header.Get("Authorization")), []byte(authorization)) != 1 {
		return awsjson.Refuse("InvalidSignatureException", fmt.Sprintf("The request signature we calculated does not match the signature you provided. The local AWS' secret access key is %q.", SecretAccessKey))
	}
	return nil
}
