package secretsmanager

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/apppass/apppass/infra/local/aws/awsjson"
)

var errNotFound = awsjson.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

// get returns the secret under a name or an ARN (whole, or without its six random characters), marked for deletion or not.
func (s *Service) get(id string) (secret, error) {
	if sec, ok := s.secrets[id]; ok {
		return sec, nil
	}
	if name, ok := strings.CutPrefix(id, arnPrefix); ok {
		if sec, ok := s.secrets[name]; ok {
			return sec, nil
		}
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if sec, ok := s.secrets[name[:i]]; ok && sec.ARN == id {
				return sec, nil
			}
		}
	}
	return secret{}, errNotFound
}

// visible is get for readers: a new secret may stay hidden for a while, and this counts the read.
func (s *Service) visible(id string) (secret, error) {
	sec, err := s.get(id)
	if err != nil {
		return secret{}, err
	}
	if s.hidden[sec.Name] > 0 {
		s.hidden[sec.Name]--
		return secret{}, errNotFound
	}
	if s.clock.Now().Before(sec.VisibleAt) {
		return secret{}, errNotFound
	}
	return sec, nil
}

// unmarked is get for what a mark for deletion forbids.
func (s *Service) unmarked(id string) (secret, error) {
	sec, err := s.get(id)
	if err != nil {
		return secret{}, err
	}
	return sec, s.refuseMarked(sec)
}

func (s *Service) refuseMarked(sec secret) error {
	if sec.marked(s.clock.Now()) {
		return awsjson.Refuse("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
	}
	return nil
}

type getSecretValueRequest struct {
	SecretId     string
	VersionId    string
	VersionStage string
}

type secretValue struct {
	ARN           string
	Name          string
	VersionId     string
	SecretString  *string  `json:",omitempty"`
	SecretBinary  []byte   `json:",omitempty"`
	VersionStages []string `json:",omitempty"`
	CreatedDate   epoch
}

func (s *Service) getSecretValue(in getSecretValueRequest) (*secretValue, error) {
	sec, err := s.visible(in.SecretId)
	if err != nil {
		return nil, err
	}
	if err := s.refuseMarked(sec); err != nil {
		return nil, err
	}
	stage := in.VersionStage
	if stage == "" && in.VersionId == "" {
		stage = current
	}
	v, ok := sec.versionByStage(stage)
	if in.VersionId != "" {
		v, ok = sec.versionByID(in.VersionId)
		if !ok {
			return nil, awsjson.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for VersionId: "+in.VersionId)
		}
		if stage != "" && !slices.Contains(v.Stages, stage) {
			return nil, awsjson.Refuse("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.")
		}
	}
	if !ok {
		return nil, awsjson.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: "+stage)
	}
	return &secretValue{
		ARN: sec.ARN, Name: sec.Name, VersionId: v.ID, SecretString: v.String, SecretBinary: v.Binary,
		VersionStages: v.Stages, CreatedDate: epoch(v.Created),
	}, nil
}

type describeSecretRequest struct{ SecretId string }

type description struct {
	ARN                string
	Name               string
	Description        string `json:",omitempty"`
	KmsKeyId           string `json:",omitempty"`
	Tags               []tag  `json:",omitempty"`
	CreatedDate        epoch
	LastChangedDate    epoch
	DeletedDate        *epoch              `json:",omitempty"`
	VersionIdsToStages map[string][]string `json:",omitempty"`
	// SecretVersionsToStages is how ListSecrets names the same.
	SecretVersionsToStages map[string][]string `json:",omitempty"`
}

func describe(sec secret) description {
	d := description{
		ARN: sec.ARN, Name: sec.Name, Description: sec.Description, KmsKeyId: sec.KMSKeyID, Tags: sec.Tags,
		CreatedDate: epoch(sec.Created), LastChangedDate: epoch(sec.Changed),
	}
	if sec.Deletion != nil {
		d.DeletedDate = (*epoch)(&sec.Deletion.Date)
	}
	return d
}

func stages(sec secret) map[string][]string {
	all := map[string][]string{}
	for _, v := range sec.Versions {
		if len(v.Stages) > 0 {
			all[v.ID] = v.Stages
		}
	}
	return all
}

func (s *Service) describeSecret(in describeSecretRequest) (*description, error) {
	sec, err := s.visible(in.SecretId)
	if err != nil {
		return nil, err
	}
	d := describe(sec)
	d.VersionIdsToStages = stages(sec)
	return &d, nil
}

type listSecretsRequest struct {
	Filters                []filter
	IncludePlannedDeletion bool
	MaxResults             *int
	NextToken              *string
	SortOrder              string
}

type filter struct {
	Key    string
	Values []string
}

type secretList struct {
	SecretList []description
	NextToken  string `json:",omitempty"`
}

// place is where a page ended. A token holds it, so that pages stay right while secrets come and go between them.
type place struct {
	Created int64
	Name    string
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.Created, q.Created), strings.Compare(p.Name, q.Name))
}

func (s *Service) listSecrets(in listSecretsRequest) (*secretList, error) {
	size := 100
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 || size > 100 {
		return nil, awsjson.Refuse("ValidationException", "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must be between 1 and 100")
	}
	sign := 1
	switch in.SortOrder {
	case "", "asc":
	case "desc":
		sign = -1
	default:
		return nil, awsjson.Refuse("InvalidParameterException", "SortOrder is asc or desc")
	}
	for _, f := range in.Filters {
		if f.Key != "name" || slices.ContainsFunc(f.Values, func(v string) bool { return strings.HasPrefix(v, "!") }) {
			return nil, awsjson.Refuse("InvalidParameterException", "the local Secrets Manager filters by the beginnings of names only")
		}
	}
	var after *place
	if in.NextToken != nil {
		token, err := base64.RawURLEncoding.DecodeString(*in.NextToken)
		if err != nil || json.Unmarshal(token, &after) != nil || after == nil {
			return nil, awsjson.Refuse("InvalidNextTokenException", "The NextToken value is invalid.")
		}
	}
	now := s.clock.Now()
	places := map[place]secret{}
	var order []place
	for _, sec := range s.secrets {
		p := place{sec.Created.UnixNano(), sec.Name}
		switch {
		case after != nil && sign*p.compare(*after) <= 0:
		case s.hidden[sec.Name] > 0 || now.Before(sec.VisibleAt):
		case sec.marked(now) && !in.IncludePlannedDeletion:
		case !matches(in.Filters, sec.Name):
		default:
			places[p] = sec
			order = append(order, p)
		}
	}
	slices.SortFunc(order, func(p, q place) int { return sign * p.compare(q) })
	out := &secretList{SecretList: []description{}}
	if len(order) > size {
		order = order[:size]
		token, err := json.Marshal(order[size-1])
		if err != nil {
			return nil, err
		}
		out.NextToken = base64.RawURLEncoding.EncodeToString(token)
	}
	for _, p := range order {
		d := describe(places[p])
		d.SecretVersionsToStages = stages(places[p])
		out.SecretList = append(out.SecretList, d)
	}
	return out, nil
}

func matches(filters []filter, name string) bool {
	for _, f := range filters {
		if !slices.ContainsFunc(f.Values, func(v string) bool { return strings.HasPrefix(name, v) }) {
			return false
		}
	}
	return true
}

// epoch is a time as the service's JSON has it: seconds since 1970, to the millisecond.
type epoch time.Time

// MarshalJSON writes seconds.
func (e epoch) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Time(e).UnixMilli()) / 1000)
}
