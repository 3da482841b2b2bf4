package ward

import (
	"context"

	"github.com/google/uuid"
)

// PlanFilter narrows the list of plans.
type PlanFilter struct {
	Filter
	State string `query:"state" enum:"draft,submitted,approved,scheduled,published,withdrawn,open" doc:"状态；open 为未公布的"`
}

// Plans keeps drafts of the grids. A plan is within a scope when all its
// communities are; outside it every method says not_found.
type Plans interface {
	// Plans lists, the last changed first.
	Plans(ctx context.Context, s Scope, f PlanFilter) (Page[Plan], error)
	Plan(ctx context.Context, s Scope, id int64) (Plan, error)
	// CreatePlan: invalid for a file that cannot be understood, with its rows.
	CreatePlan(ctx context.Context, s Scope, key uuid.UUID, n PlanNew) (Plan, error)
	// ChangePlan: stale when it is not the version the caller saw.
	ChangePlan(ctx context.Context, s Scope, id int64, c PlanChange) (Plan, error)
	// DrawPlan carries out one gesture, or only counts it. Stale carries a
	// PlanLost; conflict for a locked grid or a plan that is no draft.
	DrawPlan(ctx context.Context, s Scope, key uuid.UUID, id int64, op PlanOp) (PlanEdit, error)
	// PlanLog lists the gestures after a version, oldest first, at most MaxLimit.
	PlanLog(ctx context.Context, s Scope, id, after int64) ([]PlanLogEntry, error)
	PlanCells(ctx context.Context, s Scope, id int64, v PlanView) (PlanCells, error)
	// PlanGrids describes the grids with their shapes.
	PlanGrids(ctx context.Context, s Scope, id int64, v PlanView) ([]PlanGrid, error)
	PlanChecks(ctx context.Context, s Scope, id int64, v PlanView) ([]PlanCheck, error)
}
