package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

const (
	jobTick = time.Second      // how often progress is written and cancelling is heard
	jobDead = 15 * time.Second // without a beat its program has died
)

var (
	errJobCancelled = errors.New("the job was cancelled")
	errJobStopped   = errors.New("the program stops")
)

// JobStart names a new job. ID is the client's, so that a repeated request
// starts nothing a second time.
type JobStart struct {
	ID    uuid.UUID
	Kind  string
	Title string
}

// JobWork is what a job does. It ends soon after ctx is done and leaves nothing
// behind then. What it returns is kept with the job and may hold no personal data.
type JobWork func(ctx context.Context, t *Task) (result map[string]any, err error)

// Jobs runs the jobs that were started at this program. Run owns every goroutine.
type Jobs struct {
	db    *DB
	log   *slog.Logger
	owner uuid.UUID
	slots chan struct{}

	mu      sync.Mutex
	running map[uuid.UUID]*Task
	stopped bool
	wait    sync.WaitGroup
}

// NewJobs makes a runner that does so many jobs at once; the others wait. owner
// tells this program from others on the same database.
func NewJobs(db *DB, log *slog.Logger, owner uuid.UUID, atOnce int) *Jobs {
	return &Jobs{db: db, log: log, owner: owner, slots: make(chan struct{}, atOnce), running: map[uuid.UUID]*Task{}}
}

// Task is a running job as its work sees it.
type Task struct {
	id     uuid.UUID
	jobs   *Jobs
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	share float64
	doing string
}

// Progress says how far the job is, 0 to 1, and what it is doing, in Chinese. It
// does not block.
func (t *Task) Progress(share float64, doing string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.share, t.doing = min(max(share, 0), 1), doing
}

func (t *Task) now() (share float64, doing string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.share, t.doing
}

// Fix says that from here on the job cannot be cancelled any more; an error
// means that it has been cancelled and must end. Call it right before the commit.
func (t *Task) Fix(ctx context.Context) error {
	tag, err := t.jobs.db.Pool.Exec(ctx, `update job set fixed = true where id = $1 and not cancelling`, t.id)
	if err != nil {
		return fmt.Errorf("fixing a job: %w", err)
	}
	if tag.RowsAffected() == 0 {
		t.cancel(errJobCancelled)
		return errJobCancelled
	}
	return nil
}

// Start begins a job and answers at once. A number that is known answers with
// the job it has; conflict when that is somebody else's.
func (j *Jobs) Start(ctx context.Context, s ward.Scope, start JobStart, work JobWork) (ward.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stopped {
		return ward.Job{}, ward.Errorf(ward.Conflict, "服务正在停止，请稍后再试")
	}
	fresh, err := j.db.insertJob(ctx, s, j.owner, start)
	if err != nil {
		return ward.Job{}, err
	}
	if !fresh {
		known, err := j.db.Job(ctx, s, start.ID)
		if err != nil || known.Kind != start.Kind {
			return ward.Job{}, ward.Errorf(ward.Conflict, "这个任务编号已被使用，请重新发起")
		}
		return known, nil
	}
	on, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	t := &Task{id: start.ID, jobs: j, cancel: cancel, doing: "等待开始"}
	j.running[start.ID] = t
	j.wait.Go(func() { j.do(on, t, work) })
	return j.db.Job(ctx, s, start.ID)
}

// do waits for a place, does the work and writes down how it ended.
func (j *Jobs) do(ctx context.Context, t *Task, work JobWork) {
	result, err := j.work(ctx, t, work)
	cause := context.Cause(ctx)
	t.cancel(nil)
	state, doing := ward.JobDone, ""
	_, said := t.now()
	switch {
	case err == nil:
		doing = said
	case errors.Is(err, errJobCancelled), errors.Is(cause, errJobCancelled):
		state, doing = ward.JobCancelled, "已取消，没有写入任何内容"
	case errors.Is(cause, errJobStopped):
		state, doing = ward.JobFailed, "服务停止时任务还没有做完，请重新发起"
	default:
		state, doing = ward.JobFailed, ward.ErrorMessage(err)
		if ward.ErrorCode(err) == ward.Internal {
			j.log.ErrorContext(ctx, "a job failed", "job", t.id.String(), "error", err)
		}
	}
	j.end(context.WithoutCancel(ctx), t, state, doing, result)
}

func (j *Jobs) work(ctx context.Context, t *Task, work JobWork) (result map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a job panicked: %v", r)
		}
	}()
	select {
	case j.slots <- struct{}{}:
		defer func() { <-j.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if _, err := j.db.Pool.Exec(ctx, `update job set state = 'running', started = now(), beat = now() where id = $1`, t.id); err != nil {
		return nil, fmt.Errorf("starting a job: %w", err)
	}
	return work(ctx, t)
}

func (j *Jobs) end(ctx context.Context, t *Task, state, doing string, result map[string]any) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if result == nil {
		result = map[string]any{}
	}
	_, err := j.db.Pool.Exec(ctx, `update job set state = $2, doing = left($3, 500), result = $4, finished = now(), started = coalesce(started, now()),
		share = case when $2 = 'done' then 1 else share end where id = $1`, t.id, state, doing, result)
	if err != nil {
		j.log.ErrorContext(ctx, "the end of a job was not written", "job", t.id.String(), "error", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.running, t.id)
}

// Run writes the progress of the running jobs, hears who cancels them, and marks
// those whose program has died. When ctx ends, every job is ended and waited for.
func (j *Jobs) Run(ctx context.Context) {
	tick := time.NewTicker(jobTick)
	defer tick.Stop()
	beating, done := context.WithTimeout(context.WithoutCancel(ctx), jobDead)
	defer done() // what died before is told even by a program that ends at once
	for n := 0; ; n++ {
		if err := j.beat(beating, n%int(jobDead/jobTick) == 0); err != nil && ctx.Err() == nil {
			j.log.WarnContext(ctx, "the beat of jobs", "error", err)
		}
		beating = ctx
		select {
		case <-ctx.Done():
			j.stop()
			return
		case <-tick.C:
		}
	}
}

func (j *Jobs) beat(ctx context.Context, bury bool) error {
	for _, t := range j.tasks() {
		share, doing := t.now()
		var cancelling bool
		err := j.db.Pool.QueryRow(ctx, `update job set share = $2, doing = left($3, 500), beat = now() where id = $1 and state in ('waiting','running') returning cancelling and not fixed`,
			t.id, share, doing).Scan(&cancelling)
		if cancelling {
			t.cancel(errJobCancelled)
		}
		if err != nil && ward.ErrorCode(translate(err)) != ward.NotFound { // it ended in between
			return fmt.Errorf("writing progress: %w", err)
		}
	}
	if !bury {
		return nil
	}
	_, err := j.db.Pool.Exec(ctx, `update job set state = 'failed', finished = now(), doing = '执行任务的服务中途停止，任务没有做完，请重新发起'
		where state in ('waiting','running') and beat < now() - $1::interval`, jobDead)
	if err != nil {
		return fmt.Errorf("marking lost jobs: %w", err)
	}
	return nil
}

func (j *Jobs) tasks() []*Task {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]*Task, 0, len(j.running))
	for _, t := range j.running {
		out = append(out, t)
	}
	return out
}

func (j *Jobs) stop() {
	j.mu.Lock()
	j.stopped = true
	j.mu.Unlock()
	for _, t := range j.tasks() {
		t.cancel(errJobStopped)
	}
	j.wait.Wait()
}
