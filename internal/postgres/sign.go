package postgres

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const signAbsent = "没有这块扫码牌，或不在您的辖区内"

// signFrom ties a sign to the grid its cell lies in today.
const signFrom = `sign sg join cell_now n on n.cell = sg.cell join grid g on g.id = n.grid join area co on co.id = n.community
	left join building b on b.id = sg.building left join courtyard cy on cy.id = b.courtyard`

// signPlace is what the place of a sign is called.
const signPlace = `case when b.id is null then co.name || g.name
	else coalesce(nullif(cy.name, '') || case when building_title(b.name, b.number) like cy.name || '%' then '' else ' ' end, '') || replace(building_title(b.name, b.number), coalesce(nullif(cy.name, ''), '//'), '') end`

var signs = noun[ward.Sign]{
	absent: signAbsent, key: func(s ward.Sign) int64 { return s.ID },
	columns: `sg.id, sg.token, ` + signPlace + ` as place, co.name || ' · ' || g.name as detail, n.grid, sg.building, sg.made_at, '{}'::text[] as qr,
		(select count(*) from resident_report r where r.sign = sg.id)::int as reports, (select count(*) from resident_report r where r.sign = sg.id and r.spam)::int as spam`,
	from: signFrom, id: "sg.id", within: `sg.retired_at is null and n.path <@ any(@scope::ltree[])`,
	words: `(b.name || ' ' || b.number || ' ' || g.name)`, area: fmt.Sprintf(inArea, "n.path"), grid: "n.grid = @grid",
}

// Signs lists the signs in use, see ward.Signs.
func (db *DB) Signs(ctx context.Context, s ward.Scope, f ward.Filter, base string) (ward.Page[ward.Sign], error) {
	page, err := signs.find(ctx, db.Pool, s, f)
	if err != nil || base == "" {
		return page, err
	}
	for k, sign := range page.Items {
		if page.Items[k].QR, err = qrCode(strings.TrimRight(base, "/") + "/report/" + sign.Token); err != nil {
			return page, err
		}
	}
	return page, nil
}

// signToken is 80 bits, so that no address of a sign is guessed.
func signToken() string {
	random := make([]byte, 10)
	_, _ = rand.Read(random) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(random))
}

// MakeSigns makes those that are missing.
func (db *DB) MakeSigns(ctx context.Context, s ward.Scope, key uuid.UUID, o ward.SignOrder) (made int, err error) {
	if err := o.Validate(); err != nil {
		return 0, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		made, err = command(ctx, tx, key, s.Actor(), digest("make-signs", o), func() (int, error) { return makeSigns(ctx, tx, s, o) })
		return err
	})
	return made, err
}

func makeSigns(ctx context.Context, tx pgx.Tx, s ward.Scope, o ward.SignOrder) (made int, err error) {
	type place struct {
		Grid, Building *int64
		Cell           int64
		Path           string
	}
	places, err := many[place](ctx, tx, `
		with here as (select g.id, g.path, n.cell, gs.label from grid g join grid_shape_now gs on gs.grid = g.id join cell_now n on n.grid = g.id where g.id = @grid and g.path <@ any(@scope::ltree[]))
		select grid, building, cell, path from (
		  (select h.id as grid, null::bigint as building, h.cell, h.path::text as path, 0 as place, '' as yard, '' as number from here h join cell c on c.id = h.cell
		   order by c.pt <-> st_transform(h.label, metric_srid()) limit 1)
		  union all
		  select null, b.id, b.cell, h.path::text, 1, coalesce(cy.name, ''), lpad(b.number, 10) from here h join building b on b.cell = h.cell and b.ended is null left join courtyard cy on cy.id = b.courtyard) p
		order by place, yard, number, building limit @most`,
		pgx.NamedArgs{"grid": o.Grid, "scope": s.Paths(), "most": ward.SignsMost + 1})
	if err != nil {
		return 0, err
	}
	if len(places) == 0 {
		return 0, ward.Errorf(ward.NotFound, "没有这个网格，或不在您的辖区内")
	}
	for _, p := range places {
		if p.Grid != nil && !o.OfGrid || p.Building != nil && !o.Buildings {
			continue
		}
		tag, err := tx.Exec(ctx, `
			insert into sign (token, grid, building, cell, pt, made_by)
			select @token, @grid, @building, @cell, coalesce((select pt from building where id = @building), (select st_transform(pt, 4326) from cell where id = @cell)), @actor
			where not exists (select 1 from sign where retired_at is null and (grid = @grid or building = @building))`,
			pgx.NamedArgs{"token": signToken(), "grid": p.Grid, "building": p.Building, "cell": p.Cell, "actor": s.Actor()})
		if err != nil {
			return 0, err
		}
		made += int(tag.RowsAffected())
	}
	return made, appendAuditAt(ctx, tx, s, places[0].Path, "make-signs", "grid", strconv.FormatInt(o.Grid, 10), "")
}

// RetireSign ends a sign.
func (db *DB) RetireSign(ctx context.Context, s ward.Scope, id int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := signs.get(ctx, tx, s, id); err != nil {
			return err
		}
		var path string
		if err := tx.QueryRow(ctx, `update sign sg set retired_at = $2 from cell_now n where sg.id = $1 and n.cell = sg.cell returning n.path::text`, id, db.Now()).Scan(&path); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, path, "retire-sign", "sign", strconv.FormatInt(id, 10), "")
	})
}

const publicFormColumns = `a.id as area, a.name, coalesce(pf.open, true) as open, coalesce(pf.notice, '') as notice, coalesce(pf.version, 0) as version,
	(select count(*) from resident_report r join sign sg on sg.id = r.sign join cell_now n on n.cell = sg.cell where n.path <@ a.path and r.sent_at >= today()::timestamp at time zone 'Asia/Shanghai')::int as today,
	(select count(*) from resident_report r join sign sg on sg.id = r.sign join cell_now n on n.cell = sg.cell where n.path <@ a.path and r.spam and r.sent_at > now() - interval '30 days')::int as spam`

const publicFormFrom = `area a left join public_form pf on pf.area = a.id`

// PublicForms lists the streets that reach into the scope.
func (db *DB) PublicForms(ctx context.Context, s ward.Scope) ([]ward.PublicForm, error) {
	return many[ward.PublicForm](ctx, db.Pool, `select `+publicFormColumns+` from `+publicFormFrom+` where a.level = 'street' and (a.path <@ any(@scope::ltree[]) or a.path @> any(@scope::ltree[])) order by a.code limit 500`,
		pgx.NamedArgs{"scope": s.Paths()})
}

// ChangePublicForm opens or closes the form of a street.
func (db *DB) ChangePublicForm(ctx context.Context, s ward.Scope, area int64, ch ward.PublicFormChange) (form ward.PublicForm, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		var path string
		if err := tx.QueryRow(ctx, `select path::text from area where id = $1 and level = 'street' and path <@ any($2::ltree[]) for update`, area, s.Paths()).Scan(&path); err != nil {
			return err
		}
		read := func() (ward.PublicForm, error) {
			return one[ward.PublicForm](ctx, tx, "没有这个街道，或不在您的辖区内", `select `+publicFormColumns+` from `+publicFormFrom+` where a.id = @area`, pgx.NamedArgs{"area": area})
		}
		now, err := read()
		if err != nil {
			return err
		}
		if now.Version != ch.Version {
			return &ward.Error{Code: ward.Stale, Message: "扫码上报的开关已被他人修改，请看最新内容后再改", Current: now}
		}
		if _, err := tx.Exec(ctx, `insert into public_form (area, open, notice) values ($1, $2, $3) on conflict (area) do update set open = excluded.open, notice = excluded.notice, version = public_form.version + 1`, area, ch.Open, ch.Notice); err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, path, "change-public-form", "area", strconv.FormatInt(area, 10), ""); err != nil {
			return err
		}
		form, err = read()
		return err
	})
	return form, err
}
