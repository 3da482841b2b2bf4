package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Spell brings the spellings that Search looks in into step with the names. It
// touches only what was added, renamed or removed, so it may be called often.
func (db *DB) Spell(ctx context.Context) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('search_word'))`); err != nil {
			return fmt.Errorf("waiting for another spelling: %w", err)
		}
		if _, err := tx.Exec(ctx, `delete from search_word w where not exists (select 1 from search_source s where s.noun = w.noun and s.id = w.id)`); err != nil {
			return fmt.Errorf("dropping spellings: %w", err)
		}
		rows, err := tx.Query(ctx, `select s.noun, s.id, s.name from search_source s left join search_word w on w.noun = s.noun and w.id = s.id where w.name is distinct from s.name`)
		if err != nil {
			return fmt.Errorf("looking for new names: %w", err)
		}
		var noun, name string
		var id int64
		var fresh [][]any
		if _, err = pgx.ForEachRow(rows, []any{&noun, &id, &name}, func() error {
			s := ward.Spell(name)
			fresh = append(fresh, []any{noun, id, name, s.Pinyin, s.Initials})
			return nil
		}); err != nil {
			return fmt.Errorf("looking for new names: %w", err)
		}
		if err := keepSpellings(ctx, tx, fresh); err != nil {
			return err
		}
		return spellBuildings(ctx, tx)
	})
}

func keepSpellings(ctx context.Context, tx pgx.Tx, fresh [][]any) error {
	if len(fresh) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, `create temp table spelt (like search_word) on commit drop`); err != nil {
		return fmt.Errorf("making room for spellings: %w", err)
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"spelt"}, []string{"noun", "id", "name", "pinyin", "initials"}, pgx.CopyFromRows(fresh)); err != nil {
		return fmt.Errorf("writing spellings: %w", err)
	}
	if _, err := tx.Exec(ctx, `insert into search_word select * from spelt
		on conflict (noun, id) do update set name = excluded.name, pinyin = excluded.pinyin, initials = excluded.initials`); err != nil {
		return fmt.Errorf("writing spellings: %w", err)
	}
	return nil
}
