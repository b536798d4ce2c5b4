// Command seals checks a month of the audit against its seals, for who operates apppass:
//
//	go run ./infra/ops/seals -table <AuditTable> -month 2026-11
//
// It names the first hour of each shard that is not as it was sealed, and ends with 1 if there is one. It also prints each shard's last seal of
// the month: compare it with the line audit_sealed or audit_checked of that hour in the sweep function's log. Only together they say that nobody who
// may write to the table has made the seals anew. It changes nothing, and needs no more than dynamodb:Query on the table.
//
// # What may be changed here
//
// How it is said. What a seal is, and what is wrong with an hour, is package use/seal's to say.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/apppass/apppass/shared/adapter/dynamo"
	"github.com/apppass/apppass/shared/use/seal"
)

func main() {
	table := flag.String("table", "", "the audit table's name, as the stack's resource AuditTable has it")
	of := flag.String("month", "", "the month to check, by UTC, 2026-11")
	flag.Parse()
	month, err := time.Parse("2006-01", *of)
	if err != nil || *table == "" {
		flag.Usage()
		os.Exit(2)
	}
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		err = check(ctx, os.Stdout, dynamo.NewAudit(dynamodb.NewFromConfig(cfg), *table), month)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// errBroken reports that not all is as it was sealed; what, is printed.
var errBroken = errors.New("the audit is not as it was sealed")

// check prints what is to be said of a month, shard by shard.
func check(ctx context.Context, out io.Writer, past *dynamo.Audit, month time.Time) error {
	sealer := seal.New(past, past, dynamo.AuditShards)
	var broken error
	for shard := range dynamo.AuditShards {
		said, err := of(ctx, sealer, past, shard, month)
		if errors.Is(err, errBroken) {
			broken = err
		} else if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "shard %2d: %s\n", shard, said); err != nil {
			return err
		}
	}
	return broken
}

// of is what is to be said of a shard's month. The hours of the present one end with the last that is sealed.
func of(ctx context.Context, sealer *seal.Sealer, past *dynamo.Audit, shard int, month time.Time) (string, error) {
	newest, err := past.Newest(ctx, shard)
	if errors.Is(err, seal.ErrNone) {
		return "it has no seals at all", errBroken
	}
	if err != nil {
		return "", err
	}
	until := month.AddDate(0, 1, 0)
	if sealed := newest.Hour.Add(time.Hour); sealed.Before(until) {
		until = sealed
	}
	if !month.Before(until) {
		return "it is not sealed further than " + newest.Hour.Format(seal.HourFormat), errBroken
	}
	r, err := sealer.Check(ctx, shard, month, until)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("%d hours with %d events are as they were sealed", r.Hours, r.Events)
	if !r.Began.IsZero() {
		said += ", from " + r.Began.Format(seal.HourFormat) + ", where sealing began"
	}
	if r.Hours > 0 {
		said += fmt.Sprintf("; the last one, %s, has the seal %s", r.Last.Hour.Format(seal.HourFormat), r.Last.Hash)
	}
	if r.Fault != "" {
		return fmt.Sprintf("%s: %s; before it %s", r.Broken.Format(seal.HourFormat), wrong[r.Fault], said), errBroken
	}
	return said, nil
}

// wrong is what is wrong with an hour.
var wrong = map[seal.Fault]string{
	seal.Missing: "ITS SEAL IS MISSING",
	seal.Differs: "IT IS NOT AS IT WAS SEALED",
}
