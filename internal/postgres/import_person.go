package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// personal is what a row says of a person and what only leaves this program
// sealed.
type personal struct {
	line        int
	phone, idNo string
}

// writePersons gives the rows that speak of a person their row in person, new
// or the one they had, and seals phone and ID number for it. Afterwards the
// table holder (line, person) names the person of each such row.
//
// script.person selects line, person (null when there is none yet) and name for
// every row that speaks of a person.
func (l *load) writePersons(ctx context.Context) error {
	if len(l.secrets) > 0 && len(l.db.Keys.ids) == 0 {
		return ward.Errorf(ward.Invalid, "文件里有电话或身份证号，需要密钥才能加密保存；请管理员设置 WANGGE_KEYS 后再导入")
	}
	for _, sql := range []string{
		`create temp table holder on commit drop as
		 select q.line, coalesce(q.person, nextval(pg_get_serial_sequence('person', 'id'))) as person, q.person is null as fresh, q.name
		 from (` + l.script.person + `) q`,
		`create unique index on holder (line)`,
		`insert into person (id, name) overriding system value select person, coalesce(name, '') from holder where fresh`,
		`update person p set name = h.name from holder h where not h.fresh and p.id = h.person and h.name is not null and p.name <> h.name`,
		`create temp table secret (person bigint not null, phone bytea, tail text, id_no bytea, digest bytea) on commit drop`,
	} {
		if _, err := l.tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("writing persons: %w", err)
		}
	}
	if len(l.secrets) == 0 {
		return nil
	}
	if err := l.copySecrets(ctx); err != nil {
		return err
	}
	_, err := l.tx.Exec(ctx, `
		update person p set phone_sealed = coalesce(s.phone, p.phone_sealed), phone_tail = coalesce(s.tail, p.phone_tail),
		       id_no_sealed = coalesce(s.id_no, p.id_no_sealed), id_no_digest = coalesce(s.digest, p.id_no_digest)
		from secret s where p.id = s.person`)
	if err != nil {
		return fmt.Errorf("writing sealed fields: %w", err)
	}
	return nil
}

func (l *load) copySecrets(ctx context.Context) error {
	rows, err := l.tx.Query(ctx, `select h.line, h.person from holder h join incoming i using (line) where i.sealed`)
	if err != nil {
		return fmt.Errorf("reading the persons of rows: %w", err)
	}
	personOf := make(map[int]int64, len(l.secrets))
	var line int
	var person int64
	if _, err := pgx.ForEachRow(rows, []any{&line, &person}, func() error { personOf[line] = person; return nil }); err != nil {
		return fmt.Errorf("reading the persons of rows: %w", err)
	}
	i := 0
	var broken error
	_, err = l.tx.CopyFrom(ctx, pgx.Identifier{"secret"}, []string{"person", "phone", "tail", "id_no", "digest"}, pgx.CopyFromFunc(func() ([]any, error) {
		for ; i < len(l.secrets); i++ {
			if person, ok := personOf[l.secrets[i].line]; ok { // not of a row that was refused
				i++
				var row []any
				row, broken = l.sealFor(person, l.secrets[i-1])
				return row, broken
			}
		}
		return nil, nil
	}))
	if broken != nil {
		return broken
	}
	if err != nil {
		return fmt.Errorf("copying sealed fields: %w", err)
	}
	return nil
}

func (l *load) sealFor(person int64, p personal) ([]any, error) {
	phone, err := l.db.Keys.Seal(phonePlace(person), p.phone)
	if err != nil {
		return nil, err
	}
	idNo, err := l.db.Keys.Seal(idNoPlace(person), p.idNo)
	if err != nil {
		return nil, err
	}
	var tail *string
	if r := []rune(p.phone); len(r) > 0 {
		t := string(r[max(0, len(r)-4):])
		tail = &t
	}
	return []any{person, phone, tail, idNo, l.db.Keys.Digest(p.idNo)}, nil
}
