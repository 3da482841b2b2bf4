package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var households = noun[ward.Household]{
	absent: "没有这一户，或不在您的辖区内",
	key:    func(h ward.Household) int64 { return h.ID },
	columns: `h.id, h.code, h.building, building_title(b.name, b.number) as building_name, h.unit, h.floor, h.room, h.use, h.persons,
		n.grid, coalesce(g.name, '') as grid_name, ` + fmt.Sprintf(microOf, "b.cell", "(select today())") + ` as micro, b.pt as location, h.version, h.updated_at`,
	from: `household h join building b on b.id = h.building left join cell_now n on n.cell = b.cell left join grid g on g.id = n.grid`,
	id:   "h.id",
	// Never by the name of a person: a list of doors is no register of people.
	within: fmt.Sprintf(inScope, "n.path"),
	kind:   "h.use", words: "(h.code || ' ' || b.name || ' ' || b.number || ' ' || h.room)",
	area: fmt.Sprintf(inArea, "n.path"), grid: "n.grid = @grid", place: "b.pt", live: "h.ended is null",
}

// Households lists doors without the people behind them.
func (db *DB) Households(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Household], error) {
	return households.find(ctx, db.Pool, s, f)
}

// Household reads one door.
func (db *DB) Household(ctx context.Context, s ward.Scope, id int64) (ward.Household, error) {
	return households.get(ctx, db.Pool, s, id)
}

// RevealHousehold reads a household with its personal fields and writes down
// who looked, when and for what purpose, in the same transaction: no record, no
// answer.
func (db *DB) RevealHousehold(ctx context.Context, s ward.Scope, id int64, purpose string) (card ward.HouseholdCard, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if card.Household, err = households.get(ctx, tx, s, id); err != nil {
			return err
		}
		var path string
		if err := tx.QueryRow(ctx, `select coalesce(n.path::text, '') from household h left join building_now n on n.building = h.building where h.id = $1`, id).Scan(&path); err != nil {
			return fmt.Errorf("reading where a household is: %w", err)
		}
		if err := appendAuditAt(ctx, tx, s, path, "reveal-household", "household", strconv.FormatInt(id, 10), purpose); err != nil {
			return err
		}
		var head *int64
		var sealed []byte
		if err := tx.QueryRow(ctx, `select h.head, coalesce(p.name, ''), p.phone_sealed from household h left join person p on p.id = h.head where h.id = $1`, id).
			Scan(&head, &card.Head, &sealed); err != nil {
			return fmt.Errorf("reading the head of a household: %w", err)
		}
		if head != nil {
			if card.Phone, err = db.Keys.Open(phonePlace(*head), sealed); err != nil {
				return err
			}
		}
		if !s.SeesNames() {
			card.Head, card.Phone = ward.MaskName(card.Head), ward.MaskPhone(card.Phone)
		}
		return householdTies(ctx, tx, id, &card)
	})
	return card, err
}

// householdTies fills the tags whose consent still holds, the hub and the last
// visits.
func householdTies(ctx context.Context, tx pgx.Tx, id int64, card *ward.HouseholdCard) (err error) {
	args := pgx.NamedArgs{"id": id}
	card.Tags, err = many[ward.HouseholdTag](ctx, tx, `
		select kind, kind as label, purpose, consent_until::text from household_tag
		where household = @id and consent_until >= today() order by kind`, args)
	if err != nil {
		return err
	}
	for i, tag := range card.Tags {
		card.Tags[i].Label = ward.HouseholdTags.Label(tag.Kind)
	}
	hubs, err := many[ward.Named](ctx, tx, `select h.id, h.name, '' as kind from hub_door d join hub h on h.id = d.hub where d.household = @id`, args)
	if err != nil {
		return err
	}
	if len(hubs) > 0 {
		card.Hub = &hubs[0]
	}
	card.Visits, err = many[ward.VisitMark](ctx, tx, `select `+visitMarkColumns+` from visit v join building b on b.id = v.building where v.household = @id order by v.occurred_at desc limit 20`, args)
	return err
}

// phonePlace binds a sealed phone to its row.
func phonePlace(person int64) string { return fmt.Sprintf("person.phone/%d", person) }

// idNoPlace binds a sealed ID number to its row.
func idNoPlace(person int64) string { return fmt.Sprintf("person.id_no/%d", person) }
