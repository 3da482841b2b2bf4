package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// firstPerson makes the row of a person a new member needs; others get one when
// something of a person is known.
func (w writer) firstPerson(ctx context.Context, values ward.Values) (id int64, err error) {
	if w.r.Noun != "member" {
		return 0, nil
	}
	err = w.tx.QueryRow(ctx, `insert into person (name) values ($1) returning id`, values["name"]).Scan(&id)
	return id, err
}

// writePerson writes name, phone and ID number of the person of a record, the
// last two sealed. An empty one is taken away.
func (w writer) writePerson(ctx context.Context, id int64, values ward.Values) error {
	said := map[string]any{}
	for _, f := range w.r.Fields {
		if key := personField(w.r.Noun, f); key != "" {
			if v, named := values[f.Name]; named {
				said[key] = v
			}
		}
	}
	if len(said) == 0 {
		return nil
	}
	person, err := w.person(ctx, id, said)
	if err != nil || person == 0 {
		return err
	}
	if name, named := said["name"]; named {
		if _, err := w.tx.Exec(ctx, `update person set name = coalesce($2, '') where id = $1`, person, name); err != nil {
			return fmt.Errorf("writing a person: %w", err)
		}
	}
	return w.seal(ctx, person, said)
}

// person finds the person of a record, or makes one when there is something to
// say of it; 0 when there is neither.
func (w writer) person(ctx context.Context, id int64, said map[string]any) (int64, error) {
	column := pgx.Identifier{personOf[w.r.Noun]}.Sanitize()
	var person *int64
	if err := w.tx.QueryRow(ctx, `select `+column+` from `+w.table()+` where id = $1`, id).Scan(&person); err != nil {
		return 0, fmt.Errorf("looking for a person: %w", err)
	}
	if person != nil {
		return *person, nil
	}
	if said["name"] == nil && said["phone"] == nil && said["id_no"] == nil {
		return 0, nil
	}
	var fresh int64
	if err := w.tx.QueryRow(ctx, `insert into person default values returning id`).Scan(&fresh); err != nil {
		return 0, fmt.Errorf("writing a person: %w", err)
	}
	_, err := w.tx.Exec(ctx, `update `+w.table()+` set `+column+` = $2 where id = $1`, id, fresh)
	return fresh, err
}

func (w writer) seal(ctx context.Context, person int64, said map[string]any) error {
	if phone, named := said["phone"]; named {
		text, _ := phone.(string)
		sealed, err := w.sealed(phonePlace(person), text)
		if err != nil {
			return err
		}
		var tail *string
		if n := len(text); n > 0 {
			t := text[max(0, n-4):]
			tail = &t
		}
		if _, err := w.tx.Exec(ctx, `update person set phone_sealed = $2, phone_tail = $3 where id = $1`, person, sealed, tail); err != nil {
			return fmt.Errorf("writing a sealed field: %w", err)
		}
	}
	if idNo, named := said["id_no"]; named {
		text, _ := idNo.(string)
		sealed, err := w.sealed(idNoPlace(person), text)
		if err != nil {
			return err
		}
		if _, err := w.tx.Exec(ctx, `update person set id_no_sealed = $2, id_no_digest = $3 where id = $1`, person, sealed, w.db.Keys.Digest(text)); err != nil {
			return fmt.Errorf("writing a sealed field: %w", err)
		}
	}
	return nil
}

func (w writer) sealed(place, text string) ([]byte, error) {
	if text != "" && len(w.db.Keys.ids) == 0 {
		return nil, ward.Errorf(ward.Invalid, "电话和身份证号要加密保存；请管理员设置 WANGGE_KEYS 后再填写")
	}
	return w.db.Keys.Seal(place, text)
}
