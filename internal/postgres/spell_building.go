package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// sameText joins a text t to a source s of names and words by their index.
const sameText = `md5(t.name || chr(10) || t.words) = md5(s.name || chr(10) || s.words)`

// spellBuildings brings the texts of all buildings into step. Most share theirs
// with others, so each is spelt once.
func spellBuildings(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `create temp table renamed on commit drop as
		select s.id, s.name, s.words from search_building_source s
		left join search_building b on b.building = s.id left join search_text t on t.id = b.text
		where t.id is null or (t.name, t.words) is distinct from (s.name, s.words)`); err != nil {
		return fmt.Errorf("looking for new names of buildings: %w", err)
	}
	rows, err := tx.Query(ctx, `select distinct s.name, s.words from renamed s where not exists (select from search_text t where `+sameText+`)`)
	if err != nil {
		return fmt.Errorf("looking for new names of buildings: %w", err)
	}
	var name, words string
	var fresh [][]any
	if _, err = pgx.ForEachRow(rows, []any{&name, &words}, func() error {
		s := ward.Spell(name)
		fresh = append(fresh, []any{name, words, s.Pinyin, s.Initials})
		return nil
	}); err != nil {
		return fmt.Errorf("looking for new names of buildings: %w", err)
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"search_text"}, []string{"name", "words", "pinyin", "initials"}, pgx.CopyFromRows(fresh)); err != nil {
		return fmt.Errorf("writing names of buildings: %w", err)
	}
	for _, sql := range []string{
		`insert into search_building (building, text) select s.id, t.id from renamed s join search_text t on ` + sameText + `
			on conflict (building) do update set text = excluded.text`,
		`delete from search_building x where not exists (select from building b where b.id = x.building)`,
		`delete from search_text t where not exists (select from search_building x where x.text = t.id)`,
		`select analyze_tables('search_text', 'search_building') where exists (select from renamed offset 1000)`,
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("keeping names of buildings: %w", err)
		}
	}
	return nil
}

// spellBuilding brings the text of one building into step. A text that nothing
// is called by any more stays until all are spelt.
func spellBuilding(ctx context.Context, tx pgx.Tx, id int64) error {
	var name, words string
	err := tx.QueryRow(ctx, `select name, words from search_building_source where id = $1`, id).Scan(&name, &words)
	if err == pgx.ErrNoRows {
		_, err = tx.Exec(ctx, `delete from search_building where building = $1`, id)
		return err
	}
	if err != nil {
		return fmt.Errorf("looking for a name: %w", err)
	}
	spelt := ward.Spell(name)
	if _, err := tx.Exec(ctx, `insert into search_text (name, words, pinyin, initials) values ($1, $2, $3, $4) on conflict do nothing`,
		name, words, spelt.Pinyin, spelt.Initials); err != nil {
		return fmt.Errorf("writing a spelling: %w", err)
	}
	if _, err := tx.Exec(ctx, `insert into search_building (building, text)
		select $1, t.id from search_text t, (select $2::text name, $3::text words) s where `+sameText+`
		on conflict (building) do update set text = excluded.text`, id, name, words); err != nil {
		return fmt.Errorf("writing a spelling: %w", err)
	}
	return nil
}
