package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
)

const wireSRID = 4326

// Register teaches conn to move orb geometries (degrees, EPSG:4326) in and out
// of PostGIS columns in the binary protocol. On a database without PostGIS yet
// it does nothing.
func Register(ctx context.Context, conn *pgx.Conn) error {
	var oid *uint32
	if err := conn.QueryRow(ctx, `SELECT to_regtype('geometry')::oid`).Scan(&oid); err != nil {
		return fmt.Errorf("looking up the geometry type: %w", err)
	}
	if oid == nil {
		return nil
	}
	m := conn.TypeMap()
	m.RegisterType(&pgtype.Type{Name: "geometry", OID: *oid, Codec: geometryCodec{}})
	for _, v := range []any{orb.Point{}, orb.LineString{}, orb.MultiLineString{}, orb.Polygon{}, orb.MultiPolygon{}} {
		m.RegisterDefaultPgType(v, "geometry")
	}
	return nil
}

type geometryCodec struct{}

func (geometryCodec) FormatSupported(f int16) bool { return f == pgtype.BinaryFormatCode }
func (geometryCodec) PreferredFormat() int16       { return pgtype.BinaryFormatCode }

func (geometryCodec) PlanEncode(_ *pgtype.Map, _ uint32, format int16, value any) pgtype.EncodePlan {
	if format != pgtype.BinaryFormatCode {
		return nil
	}
	// A pointer to a geometry is one too, to Go; pgx must take it apart first,
	// because it may be nil.
	switch value.(type) {
	case orb.Point, orb.MultiPoint, orb.LineString, orb.MultiLineString, orb.Polygon, orb.MultiPolygon, orb.Collection:
		return encodeGeometry{}
	case planar:
		return encodePlanar{}
	}
	return nil
}

// encodePlanar passes on what is EWKB already.
type encodePlanar struct{}

func (encodePlanar) Encode(value any, buf []byte) ([]byte, error) {
	return append(buf, value.(planar)...), nil
}

type encodeGeometry struct{}

func (encodeGeometry) Encode(value any, buf []byte) ([]byte, error) {
	b, err := ewkb.Marshal(value.(orb.Geometry), wireSRID)
	return append(buf, b...), err
}

func (geometryCodec) PlanScan(_ *pgtype.Map, _ uint32, format int16, target any) pgtype.ScanPlan {
	if format != pgtype.BinaryFormatCode {
		return nil
	}
	switch target.(type) {
	case *orb.Geometry, *orb.Point, *orb.LineString, *orb.MultiLineString, *orb.Polygon, *orb.MultiPolygon:
		return scanGeometry{}
	}
	return nil
}

type scanGeometry struct{}

func (scanGeometry) Scan(src []byte, target any) error {
	if src == nil {
		return errors.New("cannot scan a NULL geometry")
	}
	g, _, err := ewkb.Unmarshal(src)
	if err != nil {
		return fmt.Errorf("reading EWKB: %w", err)
	}
	switch t := target.(type) {
	case *orb.Geometry:
		*t = g
		return nil
	case *orb.Point:
		return into(t, g)
	case *orb.LineString:
		return into(t, g)
	case *orb.MultiLineString:
		return into(t, g)
	case *orb.Polygon:
		return into(t, g)
	case *orb.MultiPolygon:
		return into(t, g)
	}
	return fmt.Errorf("cannot scan %s into %T", g.GeoJSONType(), target)
}

func into[T orb.Geometry](target *T, g orb.Geometry) error {
	v, ok := g.(T)
	if !ok {
		return fmt.Errorf("cannot scan %s into %T", g.GeoJSONType(), target)
	}
	*target = v
	return nil
}

func (geometryCodec) DecodeDatabaseSQLValue(*pgtype.Map, uint32, int16, []byte) (driver.Value, error) {
	return nil, errors.New("geometry: database/sql is not supported")
}

func (geometryCodec) DecodeValue(_ *pgtype.Map, _ uint32, _ int16, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	g, _, err := ewkb.Unmarshal(src)
	return g, err
}
