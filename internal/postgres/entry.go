package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// ledger is what the keeping of records needs to know of a noun's list: how its
// rows are found within a territory.
type ledger interface {
	territory() bounds
	ids(ctx context.Context, q querier, s ward.Scope, f ward.Filter, limit int) ([]int64, error)
	card(ctx context.Context, q querier, s ward.Scope, id int64) (any, error)
}

// ledgers are the lists of the nouns that are kept by hand.
var ledgers = map[string]ledger{
	"area": areas, "grid": grids, "building": buildings, "household": households, "branch": branches, "member": members, "hub": hubs,
	"institution": institutions, "courtyard": courtyards, "lane": lanes, "team": teams, "point": points, "steward": stewards,
	"pledge": pledges, "pairing": pairings, "honour": honours,
}

// register finds the register of a noun and its list.
func register(noun string) (ward.Register, ledger, error) {
	r, err := ward.LookUpRegister(noun)
	if err != nil {
		return r, nil, err
	}
	l, ok := ledgers[noun]
	if !ok {
		return r, nil, fmt.Errorf("register %s has no list", noun)
	}
	return r, l, nil
}

// Entry reads a record as a form shows it, see ward.Entries.
func (db *DB) Entry(ctx context.Context, s ward.Scope, noun string, id int64) (e ward.Entry, err error) {
	r, l, err := register(noun)
	if err != nil {
		return e, err
	}
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, id, false); err != nil {
			return err
		}
		e, err = shownEntry(ctx, tx, r, id)
		return err
	})
	return e, err
}

// shownEntry reads a record with its personal fields masked and what it points
// at by name.
func shownEntry(ctx context.Context, tx pgx.Tx, r ward.Register, id int64) (ward.Entry, error) {
	now, err := readRow(ctx, tx, r, id)
	if err != nil {
		return ward.Entry{}, err
	}
	if now.Labels, err = labels(ctx, tx, r, now.Values); err != nil {
		return ward.Entry{}, err
	}
	for _, f := range r.Fields {
		if f.Personal {
			now.Values[f.Name] = masked(f, now.Values[f.Name])
		}
	}
	return now.Entry, nil
}

// CreateEntry registers a record once, however often it is sent, see ward.Entries.
func (db *DB) CreateEntry(ctx context.Context, s ward.Scope, key uuid.UUID, noun string, given ward.Values) (e ward.Entry, err error) {
	r, l, err := register(noun)
	if err != nil {
		return e, err
	}
	if r.Closed != "" {
		return e, ward.Errorf(ward.Conflict, "%s", r.Closed)
	}
	values, err := r.Read(given, true)
	if err != nil {
		return e, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-"+noun, given), func() (int64, error) {
			w := writer{db, tx, s, r, l, nil, "create", "", 0}
			return w.create(ctx, values)
		})
		if err != nil {
			return err
		}
		e, err = shownEntry(ctx, tx, r, id)
		return err
	})
	return e, err
}

// ChangeEntry changes the named fields of a record, see ward.Entries.
func (db *DB) ChangeEntry(ctx context.Context, s ward.Scope, noun string, id, version int64, given ward.Values) (e ward.Entry, err error) {
	r, l, err := register(noun)
	if err != nil {
		return e, err
	}
	values, err := r.Read(given, false)
	if err != nil {
		return e, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, id, true); err != nil {
			return err
		}
		now, err := readRow(ctx, tx, r, id)
		if err != nil {
			return err
		}
		if now.Version != version {
			return stale(ctx, tx, r, id, version, now)
		}
		w := writer{db, tx, s, r, l, nil, "change", "", id}
		if _, err := w.change(ctx, now, values); err != nil {
			return err
		}
		e, err = shownEntry(ctx, tx, r, id)
		return err
	})
	return e, err
}

// ShowEntry reads the personal fields whole and writes down who looked, in the
// same transaction: no record, no answer.
func (db *DB) ShowEntry(ctx context.Context, s ward.Scope, noun string, id int64, purpose string) (shown ward.Values, err error) {
	r, l, err := register(noun)
	if err != nil {
		return nil, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, id, false); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, s, "show-"+noun, noun, fmt.Sprint(id), purpose); err != nil {
			return err
		}
		now, err := readRow(ctx, tx, r, id)
		if err != nil {
			return err
		}
		shown = ward.Values{}
		for _, f := range r.Fields {
			if f.Personal {
				shown[f.Name] = now.Values[f.Name]
			}
		}
		return db.unseal(ctx, tx, r, id, shown)
	})
	return shown, err
}

// stale says who changed what since the version a person saw.
func stale(ctx context.Context, tx pgx.Tx, r ward.Register, id, seen int64, now row) error {
	current, err := shownEntry(ctx, tx, r, id)
	if err != nil {
		return err
	}
	message := "这条" + r.Title + "已由导入或系统更新于" + now.UpdatedAt.In(chinaTime).Format("1月2日 15:04") + "，请看最新内容后再改"
	var who string
	var at time.Time
	var what []string
	err = tx.QueryRow(ctx, `select coalesce(a.name, '系统'), c.at, array(select distinct f->>'title' from record_change o, jsonb_array_elements(o.fields) f where o.noun = c.noun and o.entity = c.entity and o.version > $3)
		from record_change c left join account a on a.id = c.actor where c.noun = $1 and c.entity = $2 and c.version > $3 order by c.id desc limit 1`, r.Noun, id, seen).Scan(&who, &at, &what)
	if err == nil {
		message = fmt.Sprintf("%s在%s修改了%s，请看最新内容后再改", who, at.In(chinaTime).Format("1月2日 15:04"), strings.Join(what, "、"))
	} else if err != pgx.ErrNoRows {
		return fmt.Errorf("reading who changed a record: %w", err)
	}
	return &ward.Error{Code: ward.Stale, Message: message, Current: current}
}

// chinaTime is the time people read: China has one zone and no summer time.
var chinaTime = time.FixedZone("CST", 8*60*60)
