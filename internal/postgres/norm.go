package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// normRow is what the table keeps of a norm.
type normRow struct {
	Name      string
	Value     int
	Version   int64
	UpdatedAt time.Time
	Actor     string
}

const normColumns = `n.name, n.value, n.version, n.updated_at, coalesce(a.name, '') as actor`

// Norms lists the norms, see ward.Dictionary.
func (db *DB) Norms(ctx context.Context) (all []ward.Norm, err error) {
	return norms(ctx, db.Pool)
}

func norms(ctx context.Context, q querier) ([]ward.Norm, error) {
	rows, err := many[normRow](ctx, q, `select `+normColumns+` from norm n left join account a on a.id = n.actor`, pgx.NamedArgs{})
	if err != nil {
		return nil, fmt.Errorf("reading the norms: %w", err)
	}
	all := ward.Norms()
	for i := range all {
		at := slices.IndexFunc(rows, func(r normRow) bool { return r.Name == all[i].Name })
		if at < 0 {
			return nil, fmt.Errorf("the norm %s is not in the database", all[i].Name)
		}
		all[i].Value, all[i].Version, all[i].UpdatedAt, all[i].Actor = rows[at].Value, rows[at].Version, rows[at].UpdatedAt, rows[at].Actor
	}
	return all, nil
}

// normValues are the norms by name.
func normValues(ctx context.Context, q querier) (map[string]int, error) {
	all, err := norms(ctx, q)
	values := make(map[string]int, len(all))
	for _, n := range all {
		values[n.Name] = n.Value
	}
	return values, err
}

// gridNorm is how large the grids of a plan of some kind should be here.
func gridNorm(ctx context.Context, q querier, kind string) (ward.GridNorm, error) {
	what := "grid"
	if kind == ward.PlanOfMicros {
		what = "micro"
	}
	v, err := normValues(ctx, q)
	return ward.GridNorm{Low: v[what+"_households_low"], High: v[what+"_households_high"], Persons: v[what+"_persons"]}, err
}

// ChangeNorm sets a norm, see ward.Dictionary. The norms change one at a time:
// what one may be hangs on another.
func (db *DB) ChangeNorm(ctx context.Context, s ward.Scope, name string, version int64, value int) (now ward.Norm, err error) {
	if !slices.Contains(s.Paths(), "") {
		return now, ward.Errorf(ward.Forbidden, "字典对全部辖区有效，请由管理全部辖区的管理员修改")
	}
	norm, err := ward.LookUpNorm(name)
	if err != nil {
		return now, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `lock table norm in share row exclusive mode`); err != nil {
			return fmt.Errorf("locking the norms: %w", err)
		}
		values, err := normValues(ctx, tx)
		if err != nil {
			return err
		}
		if now, err = normNow(ctx, tx, name); err != nil {
			return err
		}
		if now.Version != version {
			return &ward.Error{Code: ward.Stale, Message: fmt.Sprintf("%s刚由%s改为%d%s，请核对后再改", now.Title, now.Actor, now.Value, now.Unit), Current: now}
		}
		if err := norm.Check(value, values); err != nil || value == now.Value {
			return err
		}
		if err := writeNorm(ctx, tx, s, now, value); err != nil {
			return err
		}
		now, err = normNow(ctx, tx, name)
		return err
	})
	return now, err
}

func writeNorm(ctx context.Context, tx pgx.Tx, s ward.Scope, was ward.Norm, value int) error {
	args := pgx.NamedArgs{"name": was.Name, "old": was.Value, "new": value, "actor": s.Actor()}
	for _, sql := range []string{
		`update norm set value = @new, version = version + 1, updated_at = now(), actor = nullif(@actor::bigint, 0) where name = @name`,
		`insert into norm_change (norm, old, new, actor) values (@name, @old, @new, nullif(@actor::bigint, 0))`,
	} {
		if _, err := tx.Exec(ctx, sql, args); err != nil {
			return fmt.Errorf("writing a norm: %w", err)
		}
	}
	return appendAudit(ctx, tx, s, "change-norm", "norm", was.Name, "")
}

func normNow(ctx context.Context, q querier, name string) (ward.Norm, error) {
	all, err := norms(ctx, q)
	if err != nil {
		return ward.Norm{}, err
	}
	return all[slices.IndexFunc(all, func(n ward.Norm) bool { return n.Name == name })], nil
}

// NormHistory lists the changes of a norm, see ward.Dictionary.
func (db *DB) NormHistory(ctx context.Context, name string) ([]ward.NormChange, error) {
	if _, err := ward.LookUpNorm(name); err != nil {
		return nil, err
	}
	return many[ward.NormChange](ctx, db.Pool, `select c.id, c.old, c.new, c.at, coalesce(a.name, '') as actor
		from norm_change c left join account a on a.id = c.actor where c.norm = @name order by c.id desc limit 100`, pgx.NamedArgs{"name": name})
}
