-- +goose Up
-- The ground everything stands on: extensions, the deployment's two settings,
-- the tree of areas (辖区). ${WANGGE_METRIC_SRID} is put in by the migration
-- runner: the CGCS2000 3-degree zone of the deployment.
create extension if not exists postgis;
create extension if not exists btree_gist;
create extension if not exists ltree;
create extension if not exists pg_trgm;

-- metric_srid is the plane in which cells are cut and metres are measured.
create function metric_srid() returns int language sql immutable parallel safe
  as $$ select ${WANGGE_METRIC_SRID} $$;

-- today is the business date in China; a session may move it (set wangge.today)
-- to look at, or test, another day.
-- +goose StatementBegin
create function today() returns date language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('wangge.today', true), '')::date,
                  (now() at time zone 'Asia/Shanghai')::date) $$;
-- +goose StatementEnd

-- ring_ok is what every polygon column asks for: valid, not empty.
create function shape_ok(g geometry) returns bool language sql immutable parallel safe
  as $$ select st_isvalid(g) and not st_isempty(g) $$;

create table area (
  id         bigint generated always as identity primary key,
  code       text not null constraint area_code_taken unique constraint area_code_format check (code ~ '^[0-9A-Za-z_-]{1,32}$'),
  name       text not null check (length(name) between 1 and 100),
  level      text not null check (level in ('district','street','community')),
  scheme     text not null default 'party' check (scheme in ('party','police','city')),
  parent     bigint references area,
  path       ltree not null constraint area_path_taken unique,
  valid_from date not null default '2020-01-01',
  valid_to   date check (valid_to > valid_from),
  geom       geometry(MultiPolygon,4326) not null constraint area_shape_valid check (shape_ok(geom)),
  label      geometry(Point,4326) not null,
  geom_3857  geometry(MultiPolygon,3857) generated always as (st_transform(geom, 3857)) stored,
  constraint area_parent_level check ((level = 'district') or parent is not null or scheme <> 'party')
);
create index area_geom on area using gist (geom);
create index area_geom_3857 on area using gist (geom_3857);
create index area_path on area using gist (path);
create index area_parent on area (parent);
comment on table area is '辖区: district, street, community; grids hang below communities';
comment on column area.path is 'ltree of the tree, d1.s2.c3: territory is a condition on it';

-- area_place derives path (and refuses a parent of the wrong level) so that no
-- writer can put an area where it does not belong.
-- +goose StatementBegin
create function area_place() returns trigger language plpgsql as $$
declare up area; want text := case new.level when 'street' then 'district' when 'community' then 'street' end;
begin
  if new.parent is null then
    new.path := (left(new.level, 1) || new.id)::ltree;
    return new;
  end if;
  select * into up from area where id = new.parent;
  if want is null or up.level <> want then
    raise exception using errcode = '23514', constraint = 'area_parent_level', message = 'parent of wrong level';
  end if;
  new.path := up.path || (left(new.level, 1) || new.id);
  return new;
end $$;
-- +goose StatementEnd
create trigger area_place before insert or update of parent, level on area for each row execute function area_place();

-- Lines that bound blocks, and what the base map shows.
create table road (
  id     bigint generated always as identity primary key,
  code   text unique,
  name   text not null default '',
  kind   text not null default 'minor' check (kind in ('main','secondary','minor','path','wall','river','rail')),
  bridge bool not null default false,
  geom   geometry(MultiLineString,4326) not null check (st_isvalid(geom)),
  geom_3857 geometry(MultiLineString,3857) generated always as (st_transform(geom, 3857)) stored
);
create index road_geom on road using gist (geom);
create index road_geom_3857 on road using gist (geom_3857);
comment on table road is '道路与界线: roads, walls, rivers, railways';

create table ground (
  id   bigint generated always as identity primary key,
  code text unique,
  name text not null default '',
  kind text not null default 'other' check (kind in ('water','park','green','school','square','sports','other')),
  geom geometry(MultiPolygon,4326) not null constraint ground_shape_valid check (shape_ok(geom)),
  geom_3857 geometry(MultiPolygon,3857) generated always as (st_transform(geom, 3857)) stored
);
create index ground_geom on ground using gist (geom);
create index ground_geom_3857 on ground using gist (geom_3857);
comment on table ground is '地表: water, parks, school grounds';
