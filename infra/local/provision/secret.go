package provision

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/apppass/apppass/infra/local/template"
)

// makeSecret makes a secret as CloudFormation would, and gives one that is left without a value the operator's.
func makeSecret(ctx context.Context, cfg aws.Config, s template.Secret, value string, renamed map[string]string) error {
	client := secretsmanager.NewFromConfig(cfg)
	found, err := client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &s.Name})
	if err == nil {
		renamed[s.ARN] = *found.ARN
		return nil
	}
	if _, absent := errors.AsType[*types.ResourceNotFoundException](err); !absent {
		return err
	}
	in := &secretsmanager.CreateSecretInput{Name: &s.Name, SecretString: s.SecretString}
	if s.Generate != nil {
		generated, err := generate(*s.Generate)
		if err != nil {
			return err
		}
		in.SecretString = &generated
	}
	if in.SecretString == nil && value != "" {
		in.SecretString = aws.String(value)
	}
	made, err := client.CreateSecret(ctx, in)
	if err != nil {
		return err
	}
	renamed[s.ARN] = *made.ARN
	return nil
}

// generate makes a value by the rules that apppass's template uses: letters and digits, one of each kind.
func generate(g template.GenerateSecretString) (string, error) {
	if !g.ExcludePunctuation || g.ExcludeCharacters != "" || g.ExcludeNumbers || g.ExcludeUppercase || g.ExcludeLowercase || g.IncludeSpace {
		return "", errors.New("the local stack generates secrets of letters and digits only")
	}
	value, err := letters(g.Length)
	if err != nil {
		return "", err
	}
	if g.Key == "" {
		return value, nil
	}
	document := map[string]any{}
	if err := json.Unmarshal([]byte(g.Template), &document); err != nil {
		return "", fmt.Errorf("SecretStringTemplate: %w", err)
	}
	document[g.Key] = value
	body, err := json.Marshal(document)
	return string(body), err
}

func letters(n int) (string, error) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for {
		out := make([]byte, n)
		for i := range out {
			at, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
			if err != nil {
				return "", err
			}
			out[i] = alphabet[at.Int64()]
		}
		s := string(out)
		if n < 3 || strings.ContainsAny(s, alphabet[:26]) && strings.ContainsAny(s, alphabet[26:52]) && strings.ContainsAny(s, alphabet[52:]) {
			return s, nil
		}
	}
}
