package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

//go:embed coverage_build.sql
var coverageBuildSQL string

//go:embed coverage_store.sql
var coverageStoreSQL string

//go:embed coverage_assign.sql
var coverageAssignSQL string

// coverageLock lets one build of the coverage, or one publish, at a time.
const coverageLock = 7000

// Progress hears how far a long job is; step is Chinese, for people. It is
// called from one goroutine and must not block.
type Progress func(done, total int, step string)

// BuildCoverage makes the base coverage (cells, arcs) from the areas, roads and
// buildings in the database, gives each new cell its grid, and derives the
// shapes of grids and communities, all in one transaction: either the whole
// ground changes or nothing. Run again after more was imported it is a base
// revision: cells that stayed the same keep their number, others hand their
// grids and their history to those that took their ground. It is ward.Invalid
// when there is no area at all. progress may be nil.
func (db *DB) BuildCoverage(ctx context.Context, progress Progress) (ward.CoverageReport, error) {
	var report ward.CoverageReport
	err := db.write(ctx, func(tx pgx.Tx) error {
		b := &coverageBuild{tx: tx, report: &report, progress: progress}
		return b.run(ctx)
	})
	if err != nil {
		return ward.CoverageReport{}, fmt.Errorf("building the coverage: %w", err)
	}
	return report, nil
}

// Covered tells whether there is a base coverage.
func (db *DB) Covered(ctx context.Context) (yes bool, err error) {
	if err := db.Pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM cell WHERE upper_inf(valid))`).Scan(&yes); err != nil {
		return false, fmt.Errorf("looking for the coverage: %w", err)
	}
	return yes, nil
}

// coverageBuild is one run of BuildCoverage.
type coverageBuild struct {
	tx       pgx.Tx
	report   *ward.CoverageReport
	progress Progress
	done     int
	plane    plane // the metric reference system

	ground   []ground
	lines    []geo.Segment // roads, walls, rivers and limits
	clusters []*cluster
	blocks   []*block
	net      []geo.Segment // the borders of blocks, noded
	classes  *geo.LineMap  // all lines, by rank in arcClasses
	bridges  *geo.LineMap
	cuts     *geo.LineMap // lines people cut cells along
	faces    []baseFace
	arcs     []geo.Arc // of the cells, numbered as in cell
}

// coverageSteps is the number of times step is called: the steps of the SQL
// files and those of the program.
var coverageSteps = strings.Count(coverageBuildSQL+coverageStoreSQL+coverageAssignSQL+coverageShapeSQL, "-- step: ") + 11

func (b *coverageBuild) step(name string) {
	if b.progress != nil {
		b.progress(b.done, coverageSteps, name)
	}
	b.done++
}

func (b *coverageBuild) run(ctx context.Context) error {
	if _, err := b.tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, coverageLock); err != nil {
		return fmt.Errorf("waiting for another build: %w", err)
	}
	// Temporary tables are rewritten often; the planner must see them as they are
	// and sort in memory.
	if _, err := b.tx.Exec(ctx, `SET LOCAL work_mem = '128MB'; SET LOCAL jit = off`); err != nil {
		return fmt.Errorf("setting up the build: %w", err)
	}
	if err := b.tx.QueryRow(ctx, `SELECT metric_srid()`).Scan(&b.plane); err != nil {
		return fmt.Errorf("asking for the metric plane: %w", err)
	}
	for _, part := range []func(context.Context) error{
		b.readGround, b.readBuildings, b.joinClusters, b.findStraddlers, b.makeBlocks, b.divideBlocks, b.makeFaces, b.claimFaces, b.groupFaces,
		b.storeCells, b.assignGrids, b.storeShapes, b.writeReport,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sqlSteps runs the steps of one SQL file; after names what the program does
// after a step, by a word of the step's title.
func (b *coverageBuild) sqlSteps(ctx context.Context, text string, after map[string]func(context.Context) error) error {
	for _, part := range strings.Split(text, "-- step: ")[1:] {
		title, sql, _ := strings.Cut(part, "\n")
		b.step(title)
		if _, err := b.tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("step %s: %w", title, err)
		}
		if do := after[title]; do != nil {
			if err := do(ctx); err != nil {
				return fmt.Errorf("after step %s: %w", title, err)
			}
		}
	}
	return nil
}

func (b *coverageBuild) assignGrids(ctx context.Context) error {
	return b.sqlSteps(ctx, coverageAssignSQL, map[string]func(context.Context) error{"写入边线": b.copyArcs, "按图形分配网格": b.seekGrids})
}

func (b *coverageBuild) storeShapes(ctx context.Context) error {
	b.step("生成网格图形")
	if err := b.traceShapes(ctx); err != nil {
		return err
	}
	return b.sqlSteps(ctx, coverageShapeSQL, map[string]func(context.Context) error{"保存社区边界": func(ctx context.Context) error {
		if err := b.outlineMoved(ctx); err != nil {
			return err
		}
		return b.colourGrids(ctx)
	}})
}

func (b *coverageBuild) copy(ctx context.Context, table string, columns []string, rows [][]any) error {
	return b.copyEach(ctx, table, columns, len(rows), func(i int) []any { return rows[i] })
}

// copyEach makes each row when its turn comes, so that they are never all in
// memory at once.
func (b *coverageBuild) copyEach(ctx context.Context, table string, columns []string, n int, row func(i int) []any) error {
	rows := pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil })
	if _, err := b.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, rows); err != nil {
		return fmt.Errorf("copying into %s: %w", table, err)
	}
	return nil
}
