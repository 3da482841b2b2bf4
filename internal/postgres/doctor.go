package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// doctorLock lets one fix run at a time: two that merge the same pair, or take
// the same free code, would otherwise each be right and both be wrong.
const doctorLock = 0x646f6374 // "doct"

// doctorWithin keeps a reader to the territory. What lies nowhere in the tree is
// seen by those whose territory is the whole deployment.
const doctorWithin = `coalesce(q.path, ''::ltree) <@ any(@scope::ltree[])`

// found is the core of a check with what was marked as checked.
func (c doctorCheck) found() string {
	return `(` + c.core + `) q left join doctor_pass p on p.check_name = '` + c.name + `' and p.entity = q.entity and p.other = q.other and p.state = q.state`
}

// DoctorChecks counts every check, see ward.Doctor.
func (db *DB) DoctorChecks(ctx context.Context, s ward.Scope) ([]ward.DoctorCheck, error) {
	out := []ward.DoctorCheck{}
	err := db.read(ctx, func(tx pgx.Tx) error {
		// Each count is a short query: compiling it costs more than it gives.
		if _, err := tx.Exec(ctx, `set local jit = off`); err != nil {
			return fmt.Errorf("preparing the checks: %w", err)
		}
		for _, c := range doctorChecks() {
			one := ward.DoctorCheck{Name: c.name, Title: c.title, Why: c.why, Severity: c.severity, Fix: c.fix}
			err := tx.QueryRow(ctx, `select count(*) filter (where p.state is null), count(p.state) from `+c.found()+` where `+doctorWithin,
				pgx.NamedArgs{"scope": s.Paths()}).Scan(&one.Count, &one.Passed)
			if err != nil {
				return fmt.Errorf("counting %s: %w", c.name, err)
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// doctorColumns are those of doctorRow; f is one row of the core.
const doctorColumns = `f.entity, f.other, coalesce(f.path, ''::ltree)::text as path, f.state, d.noun, coalesce(d.title, '') as title, coalesce(d.detail, '') as detail, d.pt as location, d.target::bigint as target, d.todo as fix`

// doctorFound is a case as the database has it.
type doctorFound struct {
	Entity, Other, Target                 int64
	Path, State, Noun, Title, Detail, Fix string
	Location                              *orb.Point
}

func (r doctorFound) named(c doctorCheck) doctorCase {
	id := strconv.FormatInt(r.Entity, 10)
	if r.Other > 0 {
		id += "-" + strconv.FormatInt(r.Other, 10)
	}
	if c.plan == nil || r.Target == 0 {
		r.Fix = ""
	}
	return doctorCase{
		DoctorCase: ward.DoctorCase{ID: id, Noun: r.Noun, Entity: r.Entity, Other: r.Other, Title: r.Title, Detail: r.Detail, Location: r.Location, State: r.State, Fix: r.Fix},
		Path:       r.Path, Target: r.Target,
	}
}

// DoctorCases lists what one check found, see ward.Doctor.
func (db *DB) DoctorCases(ctx context.Context, s ward.Scope, check string, f ward.Filter) (ward.Page[ward.DoctorCase], error) {
	none := ward.Page[ward.DoctorCase]{Items: []ward.DoctorCase{}}
	c, err := doctorCheckNamed(check)
	if err != nil {
		return none, err
	}
	limit := pageLimit(f.Limit)
	args := pgx.NamedArgs{"scope": s.Paths(), "limit": limit + 1, "entity": int64(0), "other": int64(0), "area": f.Area}
	if f.After != "" {
		entity, other, err := ward.DoctorCaseID(f.After)
		if err != nil {
			return none, badCursor()
		}
		args["entity"], args["other"] = entity, other
	}
	rows, err := db.doctorCases(ctx, db.Pool, c, ` and p.state is null and (q.entity, q.other) > (@entity, @other)
		and (@area = 0 or q.path <@ (select path from area where id = @area))`, args)
	if err != nil {
		return none, err
	}
	page := cut(rows, limit, func(r doctorCase) string { return r.ID })
	for _, r := range page.Items {
		none.Items = append(none.Items, r.DoctorCase)
	}
	none.Next = page.Next
	return none, nil
}

func (db *DB) doctorCases(ctx context.Context, q querier, c doctorCheck, where string, args pgx.NamedArgs) ([]doctorCase, error) {
	rows, err := many[doctorFound](ctx, q, `select `+doctorColumns+` from (
		select q.entity, q.other, q.path, q.state from `+c.found()+` where `+doctorWithin+where+` order by q.entity, q.other limit @limit) f
		cross join lateral (`+c.show+`) d order by f.entity, f.other`, args)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", c.name, err)
	}
	out := make([]doctorCase, len(rows))
	for i, r := range rows {
		out[i] = r.named(c)
	}
	return out, nil
}
