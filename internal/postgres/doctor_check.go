package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// doctorCheck is one kind of trouble: a new check is one entry of doctorChecks.
// core finds the cases and costs little, because the page counts all of them;
// show says what people read and runs for the rows of one page only.
type doctorCheck struct {
	name, title, why, severity, fix string
	// core selects entity, other, path (where in the tree, null for nowhere) and
	// state (a print of what is wrong).
	core string
	// show selects noun, title, detail, pt, target (what the fix turns to, 0 for
	// none) and todo (the fix in words, '' for none) of one row f of core.
	show string
	// plan turns a case into steps; nil when nothing can be mended with one tap.
	plan func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error)
}

// doctorCase is a case with what its plan needs.
type doctorCase struct {
	ward.DoctorCase
	Path   string
	Target int64
}

// Pieces that several checks share.
const (
	// doctorBuilding is what a building is called on a list.
	doctorBuilding = `coalesce(nullif(building_title(b.name, b.number), ''), nullif(b.address, ''), b.code)`
	// normLow and normHigh are how many households a grid should have.
	normLow  = `(select value from norm where name = 'grid_households_low')`
	normHigh = `(select value from norm where name = 'grid_households_high')`
	// doctorArea is the lowest area around a point; null outside all of them.
	doctorArea = `(select a.path from area a where a.scheme = 'party' and (a.valid_to is null or a.valid_to > today()) and st_covers(a.geom, %s) order by nlevel(a.path) desc limit 1)`
	// doctorGrids are the grids of today.
	doctorGrids = `grid g join grid_shape_now gs on gs.grid = g.id`
	// doctorPlain makes two ways of writing one thing equal: case, spaces, width.
	// It runs over whole registers, so no regular expression.
	doctorPlain = `lower(translate(%s, '０１２３４５６７８９－ 　', '0123456789-'))`
)

// doctorChecks is every check, the worst first.
func doctorChecks() []doctorCheck {
	all := []doctorCheck{}
	for _, severity := range []string{ward.DoctorSerious, ward.DoctorWarning, ward.DoctorAdvice} {
		for _, list := range [][]doctorCheck{groundChecks(), twinChecks(), partyChecks(), workChecks()} {
			for _, c := range list {
				if c.severity == severity {
					all = append(all, c)
				}
			}
		}
	}
	return all
}

// doctorCheckNamed finds a check.
func doctorCheckNamed(name string) (doctorCheck, error) {
	for _, c := range doctorChecks() {
		if c.name == name {
			return c, nil
		}
	}
	return doctorCheck{}, ward.Errorf(ward.NotFound, "没有这项体检")
}
