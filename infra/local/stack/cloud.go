package stack

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/apppass/apppass/infra/local/aws"
)

func (s *Stack) startAWS(ctx context.Context, l *listener) error {
	endpoint := s.options.AWSEndpoint
	if endpoint == "" {
		cloud, err := aws.New(aws.Options{
			Dir: s.options.Dir, Clock: s.Clock, Faults: s.Faults, Observe: s.call, Authorize: s.authorize,
			Kill: func(function string) { s.runtime.Kill(function) },
		})
		if err != nil {
			return err
		}
		s.AWS = cloud
		s.closers = append(s.closers, cloud.Close)
		s.serve(l, cloud)
		endpoint = "http://" + l.Addr().String()
	}
	s.AWSURL = strings.TrimSuffix(endpoint, "/")
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(aws.Region), config.WithBaseEndpoint(s.AWSURL),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(aws.AccessKeyID, aws.SecretAccessKey, "")))
	if err != nil {
		return fmt.Errorf("make the stack's own AWS configuration: %w", err)
	}
	s.Config = cfg
	return nil
}
