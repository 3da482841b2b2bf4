package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const classColumns = `code, parent, name, filing, unit, close_rule, limits, duplicate_radius, private, urgent, public_name`

// IncidentClasses lists the table of classes in order.
func (db *DB) IncidentClasses(ctx context.Context) ([]ward.IncidentClass, error) {
	return many[ward.IncidentClass](ctx, db.Pool, `select `+classColumns+` from incident_class c order by code`, nil)
}

// SaveIncidentClass adds or changes a row. What runs already keeps the limits it
// began with.
func (db *DB) SaveIncidentClass(ctx context.Context, s ward.Scope, c ward.IncidentClass) (ward.IncidentClass, error) {
	if err := c.Validate(); err != nil {
		return c, err
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `
			insert into incident_class (code, parent, name, filing, unit, close_rule, limits, duplicate_radius, private, urgent, public_name)
			values (@code, @parent, @name, @filing, @unit, @close_rule, @limits, @radius, @private, @urgent, @public_name)
			on conflict (code) do update set name = excluded.name, filing = excluded.filing, unit = excluded.unit, close_rule = excluded.close_rule, limits = excluded.limits,
			  duplicate_radius = excluded.duplicate_radius, private = excluded.private, urgent = excluded.urgent, public_name = excluded.public_name`,
			pgx.NamedArgs{
				"code": c.Code, "parent": c.Parent, "name": c.Name, "filing": c.Filing, "unit": c.Unit, "close_rule": c.CloseRule, "limits": filled(c.Limits),
				"radius": c.DuplicateRadius, "private": c.Private, "urgent": c.Urgent, "public_name": c.PublicName,
			}); err != nil {
			return err
		}
		return appendAudit(ctx, tx, s, "save-incident-class", "incident_class", c.Code, "")
	})
	if err != nil {
		return c, err
	}
	return one[ward.IncidentClass](ctx, db.Pool, "没有这个事件类别", `select `+classColumns+` from incident_class c where code = @code`, pgx.NamedArgs{"code": c.Code})
}

// Phrases lists the response templates.
func (db *DB) Phrases(ctx context.Context) ([]ward.Phrase, error) {
	return many[ward.Phrase](ctx, db.Pool, `select id, action, text from phrase order by action, id limit 500`, nil)
}

// SavePhrase adds, changes or removes one.
func (db *DB) SavePhrase(ctx context.Context, s ward.Scope, p ward.Phrase) (ward.Phrase, error) {
	if err := p.Validate(); err != nil {
		return p, err
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		sql := `update phrase set action = @action, text = @text where id = @id returning id`
		switch {
		case p.ID == 0:
			sql = `insert into phrase (action, text) values (@action, @text) returning id`
		case p.Text == "":
			sql = `delete from phrase where id = @id returning id`
		}
		if err := tx.QueryRow(ctx, sql, pgx.NamedArgs{"id": p.ID, "action": p.Action, "text": p.Text}).Scan(&p.ID); err != nil {
			return err
		}
		return appendAudit(ctx, tx, s, "save-phrase", "phrase", fmt.Sprint(p.ID), "")
	})
	return p, err
}
