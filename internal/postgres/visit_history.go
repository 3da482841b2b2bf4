package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// HouseholdVisits lists what was done at a door, newest first, and writes down
// in the same transaction who looked: no record, no answer.
func (db *DB) HouseholdVisits(ctx context.Context, s ward.Scope, household int64, f ward.Filter) (page ward.Page[ward.Visit], err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := households.get(ctx, tx, s, household); err != nil {
			return err
		}
		var path string
		if err := tx.QueryRow(ctx, `select coalesce(n.path::text, '') from household h left join building_now n on n.building = h.building where h.id = $1`, household).Scan(&path); err != nil {
			return fmt.Errorf("reading where a household is: %w", err)
		}
		if err := appendAuditAt(ctx, tx, s, path, "list-household-visits", "household", strconv.FormatInt(household, 10), ""); err != nil {
			return err
		}
		page, err = visitDiary().find(ctx, tx, s, f, "", "", func(add narrow) { add(true, "v.household = @household", "household", household) })
		return err
	})
	if !s.SeesNames() {
		for i := range page.Items {
			page.Items[i] = page.Items[i].Wordless()
		}
	}
	return page, err
}
