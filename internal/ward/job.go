package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// The states of a job. It waits for a free place, runs, and ends in one of the
// other three.
const (
	JobWaiting   = "waiting"
	JobRunning   = "running"
	JobDone      = "done"
	JobFailed    = "failed"    // Doing says why, in words
	JobCancelled = "cancelled" // nothing of it was kept
)

// Job (任务) is work that takes longer than a request: somebody starts it, watches
// it and may cancel it. It holds no personal data.
type Job struct {
	ID          uuid.UUID      `json:"id" doc:"由客户端生成；同一编号再发只算一次"`
	Kind        string         `json:"kind" doc:"种类，例如 import"`
	Title       string         `json:"title" doc:"名称"`
	State       string         `json:"state" enum:"waiting,running,done,failed,cancelled" doc:"状态"`
	Share       float64        `json:"share" minimum:"0" maximum:"1" doc:"进度，0至1"`
	Doing       string         `json:"doing" doc:"正在做什么，或结果如何"`
	By          string         `json:"by" doc:"发起人"`
	Cancellable bool           `json:"cancellable" doc:"还能取消"`
	Result      map[string]any `json:"result" doc:"结果；各种任务不同"`
	Created     time.Time      `json:"created" doc:"发起时间"`
	Started     *time.Time     `json:"started" doc:"开始时间"`
	Finished    *time.Time     `json:"finished" doc:"结束时间"`
}

// Open reports whether a job has not ended yet.
func (j Job) Open() bool { return j.State == JobWaiting || j.State == JobRunning }

// JobStore keeps what became of jobs. A person sees their own jobs and those
// that were started within their territory.
type JobStore interface {
	// Jobs lists the newest first; Filter.Kind narrows to one kind.
	Jobs(ctx context.Context, s Scope, f Filter) (Page[Job], error)
	// Job: not_found when it is not there or not theirs to see.
	Job(ctx context.Context, s Scope, id uuid.UUID) (Job, error)
	// CancelJob asks a job to end without a trace; conflict when it has ended or
	// is past the point where that is possible.
	CancelJob(ctx context.Context, s Scope, id uuid.UUID) (Job, error)
}
