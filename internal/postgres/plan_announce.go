package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// publicationNews is what everybody, the wall too, is told when a publication
// comes into force.
type publicationNews struct {
	Seq         int64   `json:"seq"`
	Effective   string  `json:"effective"`
	Communities []int64 `json:"communities"`
	Grids       []int64 `json:"grids"` // at most 1000
	Cells       int     `json:"cells"`
}

// Announce tells the live stream of publications whose day has come and gives
// grids their new names; it returns how many. What belongs to whom changes by
// itself: every question is asked of today().
func (db *DB) Announce(ctx context.Context) (n int, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		n, err = announce(ctx, tx)
		return err
	})
	return n, err
}

func announce(ctx context.Context, tx pgx.Tx) (int, error) {
	list, err := many[publicationNews](ctx, tx, `
		select l.seq, l.effective::text as effective, (select count(*) from publish_touch t where t.seq = l.seq) as cells,
		  array(select community from plan_community c where c.plan = l.plan order by 1) as communities,
		  array(select q.grid from (select from_grid grid from publish_touch t where t.seq = l.seq and from_grid is not null union select to_grid from publish_touch t where t.seq = l.seq) q order by 1 limit 1000) as grids
		from publish_log l where l.announced_at is null and l.effective <= today() order by l.seq for update of l skip locked`, nil)
	if err != nil {
		return 0, fmt.Errorf("looking for publications whose day has come: %w", err)
	}
	for _, p := range list {
		if err := announceOne(ctx, tx, p); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

func announceOne(ctx context.Context, tx pgx.Tx, p publicationNews) error {
	b := &pgx.Batch{}
	b.Queue(`update grid g set name = r.name, version = g.version + 1 from publish_rename r where r.seq = $1 and r.grid = g.id`, p.Seq)
	followBorders(b, p.Seq)
	b.Queue(`update publish_log set announced_at = clock_timestamp() where seq = $1`, p.Seq)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("announcing a publication: %w", err)
	}
	var paths []string
	if err := tx.QueryRow(ctx, `select array(select path::text from area where id = any($1) order by 1)`, p.Communities).Scan(&paths); err != nil {
		return fmt.Errorf("reading where a publication is: %w", err)
	}
	return appendEvent(ctx, tx, ward.Event{
		Topic: ward.PublicationTopic, Entity: fmt.Sprint(p.Seq), Version: 1, Paths: []string{ward.CommonPath(paths)}, Class: ward.Public, Body: p,
	})
}

// announcePulse is the longest a publication's day waits to be noticed.
const announcePulse = 30 * time.Second

// WatchPublications announces publications as their day comes, until ctx ends.
// Errors are told and tried again.
func (db *DB) WatchPublications(ctx context.Context, failed func(error)) {
	for {
		if _, err := db.Announce(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(announcePulse):
		}
	}
}
