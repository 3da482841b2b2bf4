package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"wangge/internal/ward"
)

// same reports whether a stored value and a new one are the same JSON.
func same(old, fresh any) bool {
	plain := func(v any) (out any) {
		text, err := json.Marshal(shaped(v))
		if err != nil || json.Unmarshal(text, &out) != nil {
			return v
		}
		switch l := out.(type) {
		case []any:
			if len(l) == 0 {
				return nil
			}
		case bool:
			if !l {
				return nil
			}
		}
		return out
	}
	return reflect.DeepEqual(plain(old), plain(fresh))
}

// shaped writes a geometry as GeoJSON, a point as two numbers.
func shaped(v any) any {
	switch g := v.(type) {
	case orb.Point:
		return []float64{g[0], g[1]}
	case orb.Geometry:
		return geojson.NewGeometry(g)
	}
	return v
}

// stand finds where a new record is when nobody said: at its building, or in
// the middle of its area.
func (w writer) stand(ctx context.Context, values ward.Values) error {
	f, has := w.r.Field("location")
	if !has || values["location"] != nil {
		return nil
	}
	var at *orb.Point
	var err error
	if id, ok := values["building"].(int64); ok {
		err = w.tx.QueryRow(ctx, `select pt from building where id = $1`, id).Scan(&at)
	} else if id, ok := values["area"].(int64); ok && w.r.Noun == "team" {
		err = w.tx.QueryRow(ctx, `select label from area where id = $1`, id).Scan(&at)
	}
	if err != nil {
		return fmt.Errorf("finding a place: %w", err)
	}
	if at == nil {
		return &ward.Error{Code: ward.Invalid, Message: "请在图上选位置，或填楼栋", Fields: []ward.FieldError{{Field: f.Name, Message: "请在图上选位置，或填楼栋"}}}
	}
	values["location"] = *at
	return nil
}

// checkPointers refuses what points at a record that is not there, not in the
// territory, or ended.
func (w writer) checkPointers(ctx context.Context, values ward.Values) error {
	var c ward.Check
	for _, f := range w.r.Fields {
		for noun, ids := range pointers(f, values[f.Name]) {
			there, err := ledgers[noun].territory().visible(ctx, w.tx, w.s, ids)
			if err != nil {
				return err
			}
			c.Field(there == len(ids), f.Name, "没有这个"+f.Title+"，或已停用，或不在您的辖区内")
		}
	}
	if parent, ok := values["parent"].(int64); ok && w.r.Noun == "branch" {
		if err := w.checkTree(ctx, parent, &c); err != nil {
			return err
		}
	}
	return c.Err()
}

// checkTree refuses a superior branch that is itself below.
func (w writer) checkTree(ctx context.Context, parent int64, c *ward.Check) error {
	var loop bool
	err := w.tx.QueryRow(ctx, `with recursive up as (
			select id, parent, 1 as step from branch where id = $1
			union all select b.id, b.parent, up.step + 1 from up join branch b on b.id = up.parent where up.step < 50)
		select exists (select 1 from up where id = $2)`, parent, w.id).Scan(&loop)
	c.Field(!loop, "parent", "上级关系绕成了圈，请另选上级")
	return err
}
