package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// altered lists what changed, for the history: personal values only masked.
func (w writer) altered(old, fresh ward.Values) []alteration {
	out := []alteration{}
	for _, f := range w.r.Fields {
		v, named := fresh[f.Name]
		if !named || same(old[f.Name], v) && !f.Personal || v == nil && old[f.Name] == nil {
			continue
		}
		a := alteration{Field: f.Name, Title: f.Title, field: f}
		if f.Personal {
			a.OldText, a.NewText = maskedText(f, old[f.Name]), maskedText(f, v)
		} else {
			a.Old, a.New = shaped(old[f.Name]), shaped(v)
		}
		out = append(out, a)
	}
	return out
}

// alteration is ward.Altered as it is stored.
type alteration struct {
	Field   string `json:"field"`
	Title   string `json:"title"`
	Old     any    `json:"old"`
	New     any    `json:"new"`
	OldText string `json:"oldText"`
	NewText string `json:"newText"`
	field   ward.Field
}

func maskedText(f ward.Field, v any) string {
	if f.Key == "phone" {
		if s, ok := v.(string); ok {
			return ward.MaskPhone(s)
		}
	}
	if f.Key == "id_no" && v != nil {
		return "已登记"
	}
	s, _ := masked(f, v).(string)
	return s
}

// finish does what every change ends with: the territory as it is now, the
// counts, the spelling, the history, the audit and the live stream.
func (w writer) finish(ctx context.Context, id, version int64, altered []alteration, cells []int64) error {
	if w.action != "remove" {
		if err := w.l.territory().allows(ctx, w.tx, w.s, id, true); err != nil {
			return err
		}
		after, err := countedCells(ctx, w.tx, w.r.Noun, id)
		if err != nil {
			return err
		}
		cells = append(cells, after...)
	}
	if len(cells) > 0 {
		if _, err := w.tx.Exec(ctx, `select refresh_cell_stat_of($1)`, cells); err != nil {
			return fmt.Errorf("counting the cells: %w", err)
		}
	}
	if err := spellOne(ctx, w.tx, w.r.Noun, id); err != nil {
		return err
	}
	if err := w.remember(ctx, id, version, altered); err != nil {
		return err
	}
	if err := appendAudit(ctx, w.tx, w.s, w.operation(), w.r.Noun, fmt.Sprint(id), w.reason); err != nil {
		return err
	}
	return w.tell(ctx, id, version)
}

func (w writer) operation() string {
	switch w.action {
	case "restore", "remove":
		return "retire-" + w.r.Noun
	}
	return w.action + "-" + w.r.Noun
}

// countedCells are the cells whose counts a record is part of.
func countedCells(ctx context.Context, tx pgx.Tx, noun string, id int64) ([]int64, error) {
	sql := map[string]string{
		"building":  `select cell from building where id = $1 and cell is not null`,
		"household": `select b.cell from household h join building b on b.id = h.building where h.id = $1 and b.cell is not null`,
		"member":    `select b.cell from member m join household h on h.id = m.household join building b on b.id = h.building where m.id = $1 and b.cell is not null`,
	}[noun]
	if sql == "" {
		return nil, nil
	}
	rows, err := tx.Query(ctx, sql, id)
	if err != nil {
		return nil, fmt.Errorf("finding the cell of a record: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
