package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// shop runs jobs on a database of its own.
type shop struct {
	*testing.T
	db   *postgres.DB
	jobs *postgres.Jobs
	stop func() // ends the runner and waits for it
}

func newShop(t *testing.T) shop {
	t.Helper()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	return shop{t, db, nil, nil}.open()
}

func (s shop) open() shop {
	s.jobs = postgres.NewJobs(s.db, slog.New(slog.DiscardHandler), uuid.New(), 1)
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.Context()))
	var running sync.WaitGroup
	running.Go(func() { s.jobs.Run(ctx) })
	s.stop = func() { cancel(); running.Wait() }
	s.Cleanup(s.stop)
	return s
}

func (s shop) start(id uuid.UUID, work postgres.JobWork) ward.Job {
	s.Helper()
	j, err := s.jobs.Start(s.Context(), ward.System(""), postgres.JobStart{ID: id, Kind: "test", Title: "试一试"}, work)
	if err != nil {
		s.Fatal(err)
	}
	return j
}

func (s shop) job(id uuid.UUID) ward.Job {
	s.Helper()
	j, err := s.db.Job(s.Context(), ward.System(""), id)
	if err != nil {
		s.Fatal(err)
	}
	return j
}

func TestAJobEndsWithItsResultOrWithWords(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	good, bad, wild := uuid.New(), uuid.New(), uuid.New()
	s.start(good, func(_ context.Context, t *postgres.Task) (map[string]any, error) {
		t.Progress(0.5, "数到一半")
		return map[string]any{"n": 3}, nil
	})
	s.start(bad, func(context.Context, *postgres.Task) (map[string]any, error) {
		return nil, ward.Errorf(ward.Invalid, "第3行不对")
	})
	s.start(wild, func(context.Context, *postgres.Task) (map[string]any, error) { panic("秘密") })
	// The same number again starts nothing.
	s.start(good, func(context.Context, *postgres.Task) (map[string]any, error) { return nil, errors.New("a second time") })
	s.stop()
	if j := s.job(good); j.State != ward.JobDone && j.State != ward.JobFailed {
		t.Errorf("%+v", j)
	}
	for id, want := range map[uuid.UUID]string{bad: "第3行不对", wild: "系统内部错误，请稍后重试"} {
		if j := s.job(id); j.State != ward.JobFailed || j.Open() || j.Finished == nil || (j.Doing != want && j.Doing != "服务停止时任务还没有做完，请重新发起") {
			t.Errorf("%+v", j)
		}
	}
}

func TestACancelledJobLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	id, begun, ended := uuid.New(), make(chan struct{}), make(chan struct{})
	s.start(id, func(ctx context.Context, t *postgres.Task) (map[string]any, error) {
		defer close(ended)
		t.Progress(0.25, "走到四分之一")
		close(begun)
		<-ctx.Done()
		return nil, t.Fix(context.WithoutCancel(ctx)) // too late to keep anything
	})
	<-begun
	if j, err := s.db.CancelJob(t.Context(), ward.System(""), id); err != nil || j.Cancellable {
		t.Fatalf("%+v, %v", j, err)
	}
	<-ended
	s.stop()
	if j := s.job(id); j.State != ward.JobCancelled || j.Share != 0.25 {
		t.Errorf("%+v", j)
	}
	if _, err := s.db.CancelJob(t.Context(), ward.System(""), id); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("cancelling twice: %v", err)
	}
}

func TestAFixedJobCannotBeCancelled(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	id, fixed, leave := uuid.New(), make(chan error, 1), make(chan struct{})
	s.start(id, func(ctx context.Context, t *postgres.Task) (map[string]any, error) {
		fixed <- t.Fix(ctx)
		<-leave
		return nil, ctx.Err()
	})
	if err := <-fixed; err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.CancelJob(t.Context(), ward.System(""), id); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("cancelling what is written: %v", err)
	}
	close(leave)
	s.stop()
}

func TestAJobWhoseProgramDiedFailsInWords(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.stop()
	id := uuid.New()
	if _, err := s.db.Pool.Exec(t.Context(), `insert into job (id, kind, title, state, paths, owner, beat) values ($1, 'test', '半截', 'running', '{""}', $1, now() - interval '1 minute')`, id); err != nil {
		t.Fatal(err)
	}
	s.open().stop() // what a start does first
	if j := s.job(id); j.State != ward.JobFailed || j.Doing != "执行任务的服务中途停止，任务没有做完，请重新发起" {
		t.Errorf("%+v", j)
	}
}

func TestJobsOfOtherTerritoriesAreNotSeen(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	here := uuid.New()
	if _, err := s.jobs.Start(t.Context(), ward.System("d1.s2"), postgres.JobStart{ID: here, Kind: "test", Title: "这里"}, func(context.Context, *postgres.Task) (map[string]any, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	for path, sees := range map[string]bool{"d1": true, "d1.s2": true, "d1.s2.c3": false, "d1.s3": false, "": true} {
		page, err := s.db.Jobs(t.Context(), ward.System(path), ward.Filter{})
		if err != nil || (len(page.Items) == 1) != sees {
			t.Errorf("%q sees %v, %v", path, page.Items, err)
		}
	}
}
