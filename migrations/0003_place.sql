-- +goose Up
-- Places: courtyards, buildings, doors; and personal fields apart from them.
create table courtyard (
  id bigint generated always as identity primary key,
  code text not null constraint courtyard_code_taken unique, name text not null,
  kind text not null default 'walled' check (kind in ('walled','open','lane')), built int check (built between 1800 and 2200),
  geom geometry(MultiPolygon,4326) not null check (shape_ok(geom)),
  geom_3857 geometry(MultiPolygon,3857) generated always as (st_transform(geom, 3857)) stored
);
create index courtyard_geom on courtyard using gist (geom);
create index courtyard_geom_3857 on courtyard using gist (geom_3857);
comment on table courtyard is '院落/小区';

create table building (
  id        bigint generated always as identity primary key,
  code      text not null constraint building_code_taken unique,
  name      text not null default '', number text not null default '', address text not null default '',
  kind      text not null default 'other' check (kind in ('residential','tower','shop','school','public','industrial','lane','other')),
  floors    int not null default 1 check (floors between 0 and 200),
  units     int not null default 1 check (units between 0 and 100),
  height    float8 check (height between 0 and 1000),
  built     int check (built between 1800 and 2200),
  courtyard bigint references courtyard,
  cell      bigint references cell,
  geom      geometry(MultiPolygon,4326) not null constraint building_shape_valid check (shape_ok(geom)),
  pt        geometry(Point,4326) not null,
  geom_3857 geometry(MultiPolygon,3857) generated always as (st_transform(geom, 3857)) stored,
  version   bigint not null default 1
);
create index building_cell on building (cell);
create index building_courtyard on building (courtyard);
create index building_geom on building using gist (geom);
create index building_geom_3857 on building using gist (geom_3857);
create index building_pt on building using gist (pt);
create index building_words on building using gin ((name || ' ' || number || ' ' || address) gin_trgm_ops);
-- building_title is what people call a building: its name, which may hold its
-- number already, else the number.
create function building_title(name text, number text) returns text language sql immutable parallel safe as $$
  select case when name = '' then number when number = '' or position(number in name) > 0 then name else name || number end $$;
comment on table building is '楼栋: exactly one grid on any day, through its cell';

-- person holds what must not be where maps and lists read. Sealed values are
-- AES-256-GCM with a key id in front (docs/decisions/030-personal-data.md).
create table person (
  id bigint generated always as identity primary key,
  name text not null default '',
  phone_sealed bytea, phone_tail text check (length(phone_tail) <= 4),
  id_no_sealed bytea, id_no_digest bytea
);
create index person_id_no on person (id_no_digest) where id_no_digest is not null;
comment on table person is '个人信息: name, phone, ID apart from places; every view is audited';

create table household (
  id       bigint generated always as identity primary key,
  code     text not null constraint household_code_taken unique,
  building bigint not null references building,
  unit     int not null default 1 check (unit between 0 and 100),
  floor    int not null default 1 check (floor between -5 and 200),
  room     text not null check (length(room) between 1 and 20),
  use      text not null default 'own' check (use in ('own','rent','vacant')),
  persons  int not null default 0 check (persons between 0 and 50),
  head     bigint references person,
  constraint household_door_taken unique (building, unit, room)
);
comment on table household is '户: a door; who lives there is in person';

create table household_tag (
  household bigint not null references household on delete cascade,
  kind text not null check (kind in ('hardship','allowance','lone_elder','disabled','illness','military','elder_80','new_baby')),
  purpose text not null default '走访帮扶', consent_until date not null,
  primary key (household, kind)
);
create index household_tag_kind on household_tag (kind);
comment on table household_tag is '服务标签: with purpose, consent and expiry; no control lists of persons';

create table lane (
  id bigint generated always as identity primary key,
  code text not null constraint lane_code_taken unique, name text not null,
  paving text not null default 'concrete' check (paving in ('asphalt','concrete','stone','brick','earth')),
  sewer bool not null default true, width float8 check (width between 0 and 100),
  geom geometry(MultiLineString,4326) not null check (st_isvalid(geom)),
  geom_3857 geometry(MultiLineString,3857) generated always as (st_transform(geom, 3857)) stored
);
create index lane_geom on lane using gist (geom);
create index lane_geom_3857 on lane using gist (geom_3857);
comment on table lane is '巷道';

-- building_now: where each building belongs today.
create view building_now as
  select b.id as building, n.cell, n.grid, n.community, n.path from building b join cell_now n on n.cell = b.cell;
