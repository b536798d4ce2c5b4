package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/apppass/apppass/shared/core/catalog"
	"github.com/apppass/apppass/shared/core/credential"
	"github.com/apppass/apppass/shared/core/diagnosis"
	"github.com/apppass/apppass/shared/core/job"
)

// doctors find out why a person's programs can't sign in, and tell them.
type doctors struct {
	doctor interface {
		Diagnose(ctx context.Context, owner credential.Owner) diagnosis.Diagnosis
	}
	ledger interface {
		Lease(ctx context.Context, id string, until time.Time) (job.Once, error)
		Release(ctx context.Context, id string) error
		Finish(ctx context.Context, id string) error
	}
	show  *presenter
	lease time.Duration
	now   func() time.Time
	log   *slog.Logger
}

// readsTime bounds all that a doctor reads: who asks while storage hangs is told so.
const readsTime = 8 * time.Second

// do tells a person once. Trouble of storage does not keep it from that: it is what the person has to be told, be it twice.
func (d *doctors) do(ctx context.Context, j job.Job) error {
	reads, cancel := context.WithTimeout(ctx, readsTime)
	defer cancel()
	switch _, err := d.ledger.Lease(reads, j.ID, d.now().Add(d.lease)); {
	case errors.Is(err, job.ErrDone):
		return nil
	case errors.Is(err, job.ErrBusy):
		return fmt.Errorf("lease %s: %w", j.ID, err)
	case err != nil:
		d.log.WarnContext(ctx, "a diagnosis may be told twice", "job", j.ID, "cause", err.Error())
	}
	found := d.doctor.Diagnose(reads, owner(j))
	if found.Trouble != nil {
		d.log.WarnContext(ctx, "a doctor can't see everything", "reference", j.Reference(), "job", j.ID, "cause", found.Trouble.Error())
	}
	if err := d.show.diagnosis(ctx, reads, j, found); err != nil {
		return errors.Join(err, d.ledger.Release(ctx, j.ID))
	}
	if err := d.ledger.Finish(reads, j.ID); err != nil {
		d.log.WarnContext(ctx, "a diagnosis may be told twice", "job", j.ID, "cause", err.Error())
	}
	return nil
}

// diagnosis tells a person what was found. What else is read for it is read by reads, and done without where it can't be.
func (p *presenter) diagnosis(ctx, reads context.Context, to job.Job, found diagnosis.Diagnosis) error {
	applications, err := p.catalog.Catalog(reads)
	if err != nil {
		p.log.WarnContext(ctx, "the built-in catalog is used", "cause", err.Error())
		applications = catalog.Builtin()
	}
	ui := p.ui(reads, owner(to))
	m := ui.Doctor(found, applications, p.base+"/r/open")
	if found.Trouble != nil {
		m = ui.Referenced(m, to.Reference())
	}
	return p.replace(ctx, to, m)
}
