package secretsmanager

import (
	"crypto/rand"
	"regexp"
	"slices"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

const (
	arnPrefix = "arn:aws:secretsmanager:us-east-1:000000000000:secret:"
	// maxValue is the largest SecretString or SecretBinary, in bytes.
	maxValue = 65536

	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

var validName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`)

type createSecretRequest struct {
	Name               string
	ClientRequestToken string
	Description        string
	KmsKeyId           string
	SecretString       *string
	SecretBinary       []byte
	Tags               []tag
}

// versionAnswer is the answer to CreateSecret, PutSecretValue and UpdateSecret.
type versionAnswer struct {
	ARN           string
	Name          string
	VersionId     string   `json:",omitempty"`
	VersionStages []string `json:",omitempty"`
}

func (s *Service) createSecret(in createSecretRequest) (*versionAnswer, error) {
	if !validName.MatchString(in.Name) {
		return nil, awsjson.Refuse("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@! and at most 512 of them")
	}
	v, err := newVersion(in.ClientRequestToken, in.SecretString, in.SecretBinary)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if old, ok := s.secrets[in.Name]; ok {
		if old.Deletion != nil {
			return nil, awsjson.Refuse("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
		}
		made, ok := old.versionByID(in.ClientRequestToken)
		if v == nil || !ok {
			return nil, awsjson.Refuse("ResourceExistsException", "The operation failed because the secret "+in.Name+" already exists.")
		}
		if !made.same(*v) {
			return nil, errOtherValue
		}
		return &versionAnswer{ARN: old.ARN, Name: old.Name, VersionId: made.ID}, nil
	}
	made := secret{
		Name: in.Name, ARN: arnPrefix + in.Name + "-" + rand.Text()[:6],
		Description: in.Description, KMSKeyID: in.KmsKeyId, Tags: in.Tags,
		Created: now, Changed: now,
	}
	if s.switches.VisibleAfter > 0 {
		made.VisibleAt = now.Add(s.switches.VisibleAfter)
	}
	out := &versionAnswer{ARN: made.ARN, Name: made.Name}
	if v != nil {
		v.Created, v.Stages = now, []string{current}
		made.Versions = []version{*v}
		out.VersionId = v.ID
	}
	if err := s.commit(record{Put: &made}); err != nil {
		return nil, err
	}
	if s.switches.HiddenReads > 0 {
		s.hidden[made.Name] = s.switches.HiddenReads
	}
	return out, nil
}

type putSecretValueRequest struct {
	SecretId           string
	ClientRequestToken string
	SecretString       *string
	SecretBinary       []byte
	VersionStages      []string
}

func (s *Service) putSecretValue(in putSecretValueRequest) (*versionAnswer, error) {
	sec, err := s.unmarked(in.SecretId)
	if err != nil {
		return nil, err
	}
	v, err := newVersion(in.ClientRequestToken, in.SecretString, in.SecretBinary)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return nil, awsjson.Refuse("InvalidRequestException", "You must provide either SecretString or SecretBinary.")
	}
	if made, ok := sec.versionByID(v.ID); ok {
		if !made.same(*v) {
			return nil, errOtherValue
		}
		return &versionAnswer{ARN: sec.ARN, Name: sec.Name, VersionId: made.ID, VersionStages: made.Stages}, nil
	}
	v.Stages = in.VersionStages
	if len(v.Stages) == 0 || len(sec.Versions) == 0 && !slices.Contains(v.Stages, current) {
		v.Stages = append(slices.Clone(v.Stages), current)
	}
	v.Created = s.clock.Now()
	sec.Changed = v.Created
	sec.Versions = withVersion(sec.Versions, *v)
	if err := s.commit(record{Put: &sec}); err != nil {
		return nil, err
	}
	return &versionAnswer{ARN: sec.ARN, Name: sec.Name, VersionId: v.ID, VersionStages: v.Stages}, nil
}

type updateSecretRequest struct {
	SecretId           string
	ClientRequestToken string
	Description        *string
	KmsKeyId           *string
	SecretString       *string
	SecretBinary       []byte
}

func (s *Service) updateSecret(in updateSecretRequest) (*versionAnswer, error) {
	sec, err := s.unmarked(in.SecretId)
	if err != nil {
		return nil, err
	}
	v, err := newVersion(in.ClientRequestToken, in.SecretString, in.SecretBinary)
	if err != nil {
		return nil, err
	}
	out := &versionAnswer{ARN: sec.ARN, Name: sec.Name}
	sec.Changed = s.clock.Now()
	if in.Description != nil {
		sec.Description = *in.Description
	}
	if in.KmsKeyId != nil {
		sec.KMSKeyID = *in.KmsKeyId
	}
	if v != nil {
		// Unlike PutSecretValue, the same value again is refused too.
		if _, ok := sec.versionByID(v.ID); ok {
			return nil, errOtherValue
		}
		v.Created, v.Stages = sec.Changed, []string{current}
		sec.Versions = withVersion(sec.Versions, *v)
		out.VersionId = v.ID
	}
	if err := s.commit(record{Put: &sec}); err != nil {
		return nil, err
	}
	return out, nil
}

var errOtherValue = awsjson.Refuse("ResourceExistsException", "You can't modify an existing version, you can only create a new version with a token of its own.")

// newVersion checks a request's token and value; without a value there is no version.
func newVersion(token string, text *string, binary []byte) (*version, error) {
	if text == nil && binary == nil {
		return nil, nil
	}
	if text != nil && binary != nil {
		return nil, awsjson.Refuse("InvalidParameterException", "You can't specify both a binary secret value and a string secret value in the same secret.")
	}
	if token == "" {
		return nil, awsjson.Refuse("InvalidRequestException", "You must provide a ClientRequestToken value. We recommend a UUID-type value.")
	}
	if len(token) < 32 || len(token) > 64 {
		return nil, awsjson.Refuse("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.")
	}
	v := &version{ID: token, String: text, Binary: binary}
	if n := len(v.bytes()); n < 1 || n > maxValue {
		return nil, awsjson.Refuse("ValidationException", "1 validation error detected: Value at 'secretString' or 'secretBinary' failed to satisfy constraint: Member must have length between 1 and 65536")
	}
	return v, nil
}

// withVersion returns versions and v, whose staging labels are taken from the others; who loses AWSCURRENT gets AWSPREVIOUS.
func withVersion(versions []version, v version) []version {
	taken := v.Stages
	if slices.Contains(taken, current) {
		taken = append(slices.Clone(taken), previous)
	}
	var all []version
	for _, old := range versions {
		wasCurrent := slices.Contains(old.Stages, current)
		old.Stages = slices.DeleteFunc(slices.Clone(old.Stages), func(stage string) bool { return slices.Contains(taken, stage) })
		if wasCurrent && slices.Contains(taken, current) && !slices.Contains(v.Stages, previous) {
			old.Stages = append(old.Stages, previous)
		}
		all = append(all, old)
	}
	return append(all, v)
}
