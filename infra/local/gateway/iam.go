package gateway

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/apppass/apppass/infra/local/template"
)

// Identity is an IAM user that may call every route, and the access key with which it signs.
type Identity struct {
	AccessKeyID, SecretAccessKey string
	UserARN, UserID              string
}

// authorizer is what an event says of who has signed the request.
type authorizer struct {
	IAM *iamAuthorizer `json:"iam"`
}

type iamAuthorizer struct {
	AccessKey       string    `json:"accessKey"`
	AccountID       string    `json:"accountId"`
	CallerID        string    `json:"callerId"`
	CognitoIdentity *struct{} `json:"cognitoIdentity"`
	PrincipalOrgID  *string   `json:"principalOrgId"`
	UserARN         string    `json:"userArn"`
	UserID          string    `json:"userId"`
}

func (i Identity) authorizer() *authorizer {
	return &authorizer{&iamAuthorizer{
		AccessKey: i.AccessKeyID, AccountID: template.Account, CallerID: i.UserID, UserARN: i.UserARN, UserID: i.UserID,
	}}
}

const (
	algorithm  = "AWS4-HMAC-SHA256"
	service    = "execute-api"
	dateFormat = "20060102T150405Z"
	// skew is how far a signature's time may be from the stack's.
	skew = 5 * time.Minute
	// longestLife is the longest that a signature in a query may be good for, in seconds.
	longestLife = 7 * 24 * 60 * 60
)

// signer is that of the SDK: it signs what was signed, again.
var signer = v4.NewSigner(func(o *v4.SignerOptions) { o.DisableHeaderHoisting = true })

// signature is a Signature Version 4, taken apart.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
type signature struct {
	credential    string // <access key>/<date>/<region>/<service>/aws4_request
	signedHeaders string // in lower case, between semicolons
	value         string // in hexadecimal
	at            time.Time
	life          time.Duration // how long it is good
	inQuery       bool
}

// signed reads the signature of a request: from its Authorization header or, where there is none, from its query.
func signed(q *http.Request, query url.Values) (s signature, ok bool) {
	date := q.Header.Values("X-Amz-Date")
	if lines := q.Header.Values("Authorization"); len(lines) > 0 {
		fields, known := strings.CutPrefix(lines[0], algorithm+" ")
		for field := range strings.SplitSeq(fields, ",") {
			switch name, value, _ := strings.Cut(strings.TrimSpace(field), "="); name {
			case "Credential":
				s.credential = value
			case "SignedHeaders":
				s.signedHeaders = value
			case "Signature":
				s.value = value
			}
		}
		s.life, ok = skew, known && len(lines) == 1
	} else {
		s = signature{
			credential: query.Get("X-Amz-Credential"), signedHeaders: query.Get("X-Amz-SignedHeaders"), value: query.Get("X-Amz-Signature"),
			inQuery: true,
		}
		seconds, err := strconv.Atoi(query.Get("X-Amz-Expires"))
		s.life = time.Duration(seconds) * time.Second
		date = query["X-Amz-Date"]
		ok = query.Get("X-Amz-Algorithm") == algorithm && len(query["X-Amz-Signature"]) == 1 && err == nil && 0 < seconds && seconds <= longestLife
	}
	if !ok || len(date) != 1 {
		return s, false
	}
	var err error
	s.at, err = time.Parse(dateFormat, date[0])
	return s, err == nil
}

// identify is who has signed the request, as the authorizer AWS_IAM finds it out: the same method, path, query, headers and body are signed
// again with the secret of the access key that is named, and the signatures compared.
func (g *Gateway) identify(q *request, body []byte) (Identity, bool) {
	query, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		return Identity{}, false // what can't be read can't have been signed
	}
	s, ok := signed(q.Request, query)
	if age := q.at.Sub(s.at); !ok || age < -skew || age > s.life {
		return Identity{}, false
	}
	key, _, _ := strings.Cut(s.credential, "/")
	i := slices.IndexFunc(g.options.Identities, func(i Identity) bool { return i.AccessKeyID == key })
	if i < 0 || s.credential != strings.Join([]string{key, s.at.Format("20060102"), template.Region, service, "aws4_request"}, "/") {
		return Identity{}, false
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if said := q.Header.Get("X-Amz-Content-Sha256"); said != "" && said != hash {
		return Identity{}, false
	}
	if q.Header.Get("X-Amz-Security-Token")+query.Get("X-Amz-Security-Token") != "" {
		return Identity{}, false // a user's own key has no session
	}
	who := g.options.Identities[i]
	again, err := s.again(q.Request, query, who, hash)
	same := subtle.ConstantTimeCompare([]byte(again.value), []byte(s.value)) == 1 && again.signedHeaders == s.signedHeaders
	return who, err == nil && same
}

// again is the signature that the identity's secret gives, over the headers that s says are signed.
func (s signature) again(q *http.Request, query url.Values, who Identity, hash string) (signature, error) {
	address := *q.URL
	r := &http.Request{Method: q.Method, URL: &address, Host: q.Host, Header: http.Header{}}
	for name := range strings.SplitSeq(s.signedHeaders, ";") {
		switch name {
		case "host":
		case "content-length":
			r.ContentLength = q.ContentLength
		default:
			name = http.CanonicalHeaderKey(name)
			r.Header[name] = slices.Clone(q.Header.Values(name)) // the signer writes into them
		}
	}
	credentials := aws.Credentials{AccessKeyID: who.AccessKeyID, SecretAccessKey: who.SecretAccessKey}
	if !s.inQuery {
		err := signer.SignHTTP(q.Context(), credentials, r, hash, service, template.Region, s.at)
		again, _ := signed(r, nil)
		return again, err
	}
	query.Del("X-Amz-Signature")
	address.RawQuery = query.Encode()
	presigned, _, err := signer.PresignHTTP(q.Context(), credentials, r, hash, service, template.Region, s.at)
	if err != nil {
		return signature{}, err
	}
	u, err := url.Parse(presigned)
	if err != nil {
		return signature{}, err
	}
	again, _ := signed(r, u.Query())
	return again, nil
}
