package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// HouseholdVisits lists what was done at a door, newest first, and writes down
// in the same transaction who looked: no record, no answer.
func (db *DB) HouseholdVisits(ctx context.Context, s ward.Scope, household int64, f ward.Filter) (page ward.Page[ward.Visit], err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := lookAtDoor(ctx, tx, s, household, "list-household-visits"); err != nil {
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
