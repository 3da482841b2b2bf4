package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// bounds is how the rows of a noun are held against a territory, whatever the
// type of its list.
type bounds struct {
	absent, from, id, within, owns, path, live string
	args                                       pgx.NamedArgs
}

func (n noun[T]) territory() bounds {
	owns := n.owns
	if owns == "" {
		owns = n.within
	}
	return bounds{n.absent, n.from, n.id, n.within, owns, n.path, n.live, n.args}
}

// card reads one as the list has it.
func (n noun[T]) card(ctx context.Context, q querier, s ward.Scope, id int64) (any, error) {
	return n.get(ctx, q, s, id)
}

func (g bounds) with(s ward.Scope, args pgx.NamedArgs) pgx.NamedArgs {
	return noun[struct{}]{args: g.args}.with(s, args)
}

// allows answers not_found for a record outside the scope; to write one, its
// row is locked.
func (g bounds) allows(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, write bool) error {
	condition, lock := g.within, ""
	if write {
		alias, _, _ := strings.Cut(g.id, ".")
		condition, lock = g.owns, " for no key update of "+alias
	}
	var there bool
	err := tx.QueryRow(ctx, fmt.Sprintf(`select true from %s where %s = @id and (%s)%s`, g.from, g.id, condition, lock), g.with(s, pgx.NamedArgs{"id": id})).Scan(&there)
	if err == pgx.ErrNoRows {
		return ward.Errorf(ward.NotFound, "%s", g.absent)
	}
	if err != nil {
		return fmt.Errorf("looking for a record: %w", err)
	}
	return nil
}

// visible counts those of the records that are in use within the scope.
func (g bounds) visible(ctx context.Context, tx pgx.Tx, s ward.Scope, ids []int64) (n int, err error) {
	condition := "(" + g.within + ")"
	if g.live != "" {
		condition += " and " + g.live
	}
	err = tx.QueryRow(ctx, fmt.Sprintf(`select count(distinct %[2]s) from %[1]s where %[2]s = any(@ids) and %[3]s`, g.from, g.id, condition), g.with(s, pgx.NamedArgs{"ids": ids})).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("looking for records: %w", err)
	}
	return n, nil
}
