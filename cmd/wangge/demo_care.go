package main

import (
	"context"
	"fmt"
	"time"

	"wangge/internal/demo"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// care gives the street its special rounds of visits, with how far they have come,
// and the wishes of the last weeks.
func (d *demonstration) care(ctx context.Context, db *postgres.DB) error {
	if err := d.rounds(ctx); err != nil {
		return fmt.Errorf("making the rounds of the demo: %w", err)
	}
	if err := d.wishes(ctx, db); err != nil {
		return fmt.Errorf("making the wishes of the demo: %w", err)
	}
	return nil
}

func (d *demonstration) rounds(ctx context.Context) error {
	head, err := d.actor(ctx, "dutyhead")
	if err != nil {
		return err
	}
	scope, err := head.Scope("create-campaign")
	if err != nil {
		return err
	}
	streets, err := d.db.Areas(ctx, scope, ward.Filter{Kind: "street", Limit: 1})
	if err != nil {
		return err
	}
	today := d.db.Now().In(ward.China)
	for _, r := range demo.Rounds() {
		c, err := d.db.CreateCampaign(ctx, scope, newKey(), ward.CampaignDraft{
			Name: r.Name, Note: r.Note, Area: streets.Items[0].ID, Tags: r.Tags,
			Starts: today.AddDate(0, 0, r.Begins).Format(time.DateOnly), Ends: today.AddDate(0, 0, r.Ends).Format(time.DateOnly),
		})
		if err != nil {
			return err
		}
		if err := d.db.RememberRound(ctx, walker(""), c.ID); err != nil {
			return err
		}
	}
	return nil
}

func (d *demonstration) wishes(ctx context.Context, db *postgres.DB) error {
	doors, err := d.db.Walk(ctx, ward.System(""))
	if err != nil {
		return err
	}
	at, err := d.places(ctx)
	if err != nil {
		return err
	}
	leaders := map[int64]ward.Actor{}
	for _, g := range at.grids {
		if leaders[g.ID], err = d.actor(ctx, walker(g.Code)); err != nil {
			return err
		}
	}
	for _, w := range demo.Wishes(d.seed, beatsOf(doors), d.db.Now()) {
		if err := makeWish(ctx, db, leaders[w.Grid], w); err != nil {
			return err
		}
	}
	return nil
}

// makeWish writes a wish down as the leader of its grid would have, and what became of it.
func makeWish(ctx context.Context, db *postgres.DB, leader ward.Actor, w demo.Wish) error {
	scope, err := leader.Scope("create-ask")
	if err != nil {
		return err
	}
	clock := w.Record.OccurredAt
	db.Now = func() time.Time { return clock }
	a, err := db.CreateAsk(ctx, scope, newKey(), w.Record)
	if err != nil || w.Result == "" {
		return err
	}
	clock = w.DoneAt
	if a, err = db.ChangeAsk(ctx, scope, newKey(), a.ID, ward.AskChange{Version: a.Version, Result: &w.Result}); err != nil || w.ToldAt.IsZero() {
		return err
	}
	clock = w.ToldAt
	told := true
	_, err = db.ChangeAsk(ctx, scope, newKey(), a.ID, ward.AskChange{Version: a.Version, ToldBack: &told})
	return err
}
