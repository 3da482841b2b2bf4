package api

import (
	"context"
	"io"
	"iter"

	"wangge/internal/ward"
)

// writeBook writes a register as a workbook its import reads again: first the
// columns of its sheet, references by code, then what only the list knows.
func (e exported[T]) writeBook(ctx context.Context, t table[T], noun string) func(io.Writer, iter.Seq2[batch[T], error]) error {
	r, err := ward.LookUpRegister(noun)
	return func(to io.Writer, rows iter.Seq2[batch[T], error]) error {
		if err != nil {
			return err
		}
		return writeXLSX(to, e.bookRows(ctx, t, r, rows))
	}
}

func (e exported[T]) bookRows(ctx context.Context, t table[T], r ward.Register, rows iter.Seq2[batch[T], error]) iter.Seq2[[]string, error] {
	sheet, _ := ward.SheetByName(r.Many)
	rest := table[T]{}
	for _, c := range t.columns {
		if _, known := sheet.Column(c.title); !known {
			rest.columns = append(rest.columns, c)
		}
	}
	return func(yield func([]string, error) bool) {
		titles := []string{}
		for _, c := range r.Workbook() {
			titles = append(titles, c.Title)
		}
		if !yield(append(titles, rest.titles()...), nil) {
			return
		}
		for b, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			cells, err := e.sheetCells(ctx, r.Noun, b.items)
			if err != nil {
				yield(nil, err)
				return
			}
			for i, v := range b.items {
				if !yield(append(cells[i], rest.cells(v)...), nil) {
					return
				}
			}
		}
	}
}

// sheetCells are the cells of some rows in their order, none of them a formula.
func (e exported[T]) sheetCells(ctx context.Context, noun string, items []T) ([][]string, error) {
	ids := make([]int64, len(items))
	for i, v := range items {
		ids[i] = numberOf(v)
	}
	known, err := e.server.Store.SheetCells(ctx, e.scope, noun, ids)
	if err != nil {
		return nil, err
	}
	r, err := ward.LookUpRegister(noun)
	if err != nil {
		return nil, err
	}
	out := make([][]string, len(items))
	for i, id := range ids {
		out[i] = make([]string, len(r.Workbook())) // gone meanwhile: empty
		for c, text := range known[id] {
			out[i][c] = inert(text)
		}
	}
	return out, nil
}
