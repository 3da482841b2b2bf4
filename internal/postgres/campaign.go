package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// campaignCounts counts the doors of campaign c within the scope.
const campaignCounts = `count(*)::int as doors, count(*) filter (where w.visited)::int as visited, count(*) filter (where w.met)::int as met
	from campaign_door d join household h on h.id = d.household and h.ended is null join building b on b.id = h.building join cell_now n on n.cell = b.cell
	cross join lateral (select count(*) > 0 as visited, coalesce(bool_or(v.met = 'met'), false) as met from visit v
	  where v.household = h.id and (v.occurred_at at time zone 'Asia/Shanghai')::date between c.starts and c.ends) w
	where d.campaign = c.id and n.path <@ any(@scope::ltree[])`

var campaigns = noun[ward.Campaign]{
	absent:  "没有这次专项走访，或不在您的辖区内",
	key:     func(c ward.Campaign) int64 { return -c.ID },
	columns: `c.id, c.version, c.name, c.note, c.area, a.name as area_name, c.grids, c.tags, c.starts::text as starts, c.ends::text as ends, c.closed, p.doors, p.visited, p.met`,
	from:    `campaign c join area a on a.id = c.area cross join lateral (select ` + campaignCounts + `) p`, id: "-c.id",
	within: `(a.path <@ any(@scope::ltree[]) or p.doors > 0)`,
	words:  "c.name",
	owns:   `a.path <@ any(@scope::ltree[])`,
}

// Campaigns lists the latest first.
func (db *DB) Campaigns(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Campaign], error) {
	return campaigns.find(ctx, db.Pool, s, f)
}

// CampaignGrids is the progress grid by grid.
func (db *DB) CampaignGrids(ctx context.Context, s ward.Scope, id int64) (out []ward.CampaignGrid, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, err := campaigns.get(ctx, tx, s, -id); err != nil {
			return err
		}
		out, err = many[ward.CampaignGrid](ctx, tx, `
			select g.id as grid, g.name, p.doors, p.visited, p.met
			from campaign c cross join lateral (select n.grid, `+campaignCounts+` group by n.grid) p join grid g on g.id = p.grid
			where c.id = @id order by g.code, g.id limit 1000`, pgx.NamedArgs{"id": id, "scope": s.Paths()})
		return err
	})
	return out, err
}

// campaignDoors are the doors a draft asks for, within the area that is the
// scope's: occupied, in its grids, with one of its tags while the consent holds.
const campaignDoors = `from household h join building b on b.id = h.building join cell_now n on n.cell = b.cell
	where n.path <@ (select path from area where id = @area and level in ('street', 'community') and path <@ any(@scope::ltree[])) and h.ended is null and h.use <> 'vacant'
	  and (cardinality(@grids::bigint[]) = 0 or n.grid = any(@grids))
	  and (cardinality(@tags::text[]) = 0 or exists (select from household_tag t where t.household = h.id and t.kind = any(@tags) and t.consent_until >= today()))`

func campaignArgs(s ward.Scope, d ward.CampaignDraft) pgx.NamedArgs {
	grids, tags := d.Grids, d.Tags
	if grids == nil {
		grids = []int64{}
	}
	if tags == nil {
		tags = []string{}
	}
	return pgx.NamedArgs{"scope": s.Paths(), "area": d.Area, "grids": grids, "tags": tags, "name": d.Name, "note": d.Note, "starts": d.Starts, "ends": d.Ends, "actor": s.Actor()}
}

// CountCampaignDoors says how many doors a draft would have.
func (db *DB) CountCampaignDoors(ctx context.Context, s ward.Scope, d ward.CampaignDraft) (n int, err error) {
	if err := d.Validate(); err != nil {
		return 0, err
	}
	err = db.Pool.QueryRow(ctx, `select count(*) `+campaignDoors, campaignArgs(s, d)).Scan(&n)
	return n, err
}

// CreateCampaign settles the doors of a draft, once for each key.
func (db *DB) CreateCampaign(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.CampaignDraft) (c ward.Campaign, err error) {
	if err := d.Validate(); err != nil {
		return c, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-campaign", d), func() (int64, error) {
			args := campaignArgs(s, d)
			var id int64
			var path string
			if err := tx.QueryRow(ctx, `
				insert into campaign (name, note, area, grids, tags, starts, ends, actor)
				select @name, @note, a.id, @grids, @tags, @starts::date, @ends::date, @actor from area a
				where a.id = @area and a.level in ('street', 'community') and a.path <@ any(@scope::ltree[])
				returning id, (select path::text from area where id = @area)`, args).Scan(&id, &path); err != nil {
				return 0, err
			}
			args["id"] = id
			tag, err := tx.Exec(ctx, `insert into campaign_door (campaign, household) select @id, h.id `+campaignDoors, args)
			if err != nil {
				return 0, fmt.Errorf("settling the doors of a campaign: %w", err)
			}
			if tag.RowsAffected() == 0 {
				return 0, &ward.Error{Code: ward.Invalid, Message: "没有符合条件的住户，请放宽网格或标签", Fields: []ward.FieldError{{Field: "tags", Message: "没有符合条件的住户"}}}
			}
			return id, appendAuditAt(ctx, tx, s, path, "create-campaign", "campaign", strconv.FormatInt(id, 10), "")
		})
		if err != nil {
			return err
		}
		c, err = campaigns.get(ctx, tx, s, -id)
		return err
	})
	return c, err
}

// ChangeCampaign amends a campaign of an area of the scope.
func (db *DB) ChangeCampaign(ctx context.Context, s ward.Scope, id int64, ch ward.CampaignChange) (c ward.Campaign, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		var path string
		if err := tx.QueryRow(ctx, `select a.path::text from campaign c join area a on a.id = c.area where c.id = $1 and a.path <@ any($2::text[]::ltree[]) for update of c`, id, s.Paths()).Scan(&path); err != nil {
			return err
		}
		now, err := campaigns.get(ctx, tx, s, -id)
		if err != nil {
			return err
		}
		if now.Version != ch.Version {
			return &ward.Error{Code: ward.Stale, Message: "这次专项走访已被修改，请看最新内容后再改", Current: now}
		}
		next, err := ch.Apply(now)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update campaign set version = @version, name = @name, note = @note, ends = @ends::date, closed = @closed where id = @id`,
			pgx.NamedArgs{"id": id, "version": next.Version, "name": next.Name, "note": next.Note, "ends": next.Ends, "closed": next.Closed}); err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, path, "change-campaign", "campaign", strconv.FormatInt(id, 10), ""); err != nil {
			return err
		}
		c, err = campaigns.get(ctx, tx, s, -id)
		return err
	})
	return c, err
}
