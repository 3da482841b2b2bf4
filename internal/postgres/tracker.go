package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var trackers = noun[ward.Tracker]{
	absent: "没有这台定位设备，或不在您的辖区内",
	key:    func(k ward.Tracker) int64 { return k.ID },
	columns: `k.id, k.name, k.team, t.name as team_name, coalesce(by.name, '') as created_by, k.created_at,
		(select p.at from team_position p where p.team = k.team) as seen_at`,
	from: "tracker k join team t on t.id = k.team join area a on a.id = t.area left join account by on by.id = k.created_by", id: "k.id",
	within: "k.revoked_at is null and (" + teams.within + ")", words: "(k.name || ' ' || t.name)",
}

// Trackers lists the trackers in use.
func (db *DB) Trackers(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Tracker], error) {
	return trackers.find(ctx, db.Pool, s, f)
}

// CreateTracker registers a tracker of a team of the scope.
func (db *DB) CreateTracker(ctx context.Context, s ward.Scope, d ward.TrackerDraft, token [32]byte) (k ward.Tracker, err error) {
	if err := d.Validate(); err != nil {
		return k, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := teams.get(ctx, tx, s, d.Team); err != nil {
			return err
		}
		var id int64
		if err := tx.QueryRow(ctx, `insert into tracker (team, name, token, created_by) values ($1, $2, $3, $4) returning id`, d.Team, d.Name, token[:], s.Actor()).Scan(&id); err != nil {
			return err
		}
		if k, err = trackers.get(ctx, tx, s, id); err != nil {
			return err
		}
		return appendAudit(ctx, tx, s, "create-tracker", "tracker", strconv.FormatInt(id, 10), "")
	})
	db.dutyChanged()
	return k, err
}

// RevokeTracker ends a tracker at once.
func (db *DB) RevokeTracker(ctx context.Context, s ward.Scope, id int64) error {
	err := db.write(ctx, func(tx pgx.Tx) error {
		if _, err := trackers.get(ctx, tx, s, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update tracker set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null`, id, s.Actor()); err != nil {
			return err
		}
		return appendAudit(ctx, tx, s, "revoke-tracker", "tracker", strconv.FormatInt(id, 10), "")
	})
	db.dutyChanged()
	return err
}
