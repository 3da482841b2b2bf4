-- +goose Up
-- Service points (服务点), their rooms, hours, roster and bookings.
create table point (
  id bigint generated always as identity primary key,
  code text not null constraint point_code_taken unique, name text not null,
  kind text not null default 'service_station' check (kind in ('service_centre','service_station','affairs_centre','relief_centre','activity_room','talk_room','community_school','party_school','wish_wall','education_station','union','care_home','clinic','public')),
  building bigint references building, cell bigint references cell, address text not null default '',
  area float8 check (area between 0 and 1000000), seats int check (seats between 0 and 100000),
  hours text not null default '', services text[] not null default '{}' constraint point_services_limit check (cardinality(services) <= 115),
  phone text not null default '', has_basics bool not null default false,
  pt geometry(Point,4326) not null,
  pt_3857 geometry(Point,3857) generated always as (st_transform(pt, 3857)) stored,
  version bigint not null default 1
);
create index point_pt on point using gist (pt);
create index point_pt_3857 on point using gist (pt_3857);
create index point_cell on point (cell);
comment on table point is '服务点; area in m²; phone is the public number of the place';

create table room (
  id bigint generated always as identity primary key,
  point bigint not null references point on delete cascade, name text not null, seats int,
  constraint room_name_taken unique (point, name)
);
create table roster (
  id bigint generated always as identity primary key,
  point bigint not null references point on delete cascade, member bigint not null references member,
  during tstzrange not null check (not isempty(during)),
  constraint roster_no_overlap exclude using gist (point with =, member with =, during with &&)
);
comment on table roster is '坐班值班';
create table booking (
  id bigint generated always as identity primary key,
  room bigint not null references room on delete cascade,
  kind text not null check (kind in ('study','lecture','show','council','memorial','other')),
  state text not null default 'booked' check (state in ('free','booked','paid','cancelled')),
  during tstzrange not null check (not isempty(during)), title text not null default '',
  constraint room_is_taken exclude using gist (room with =, during with &&) where (state <> 'cancelled')
);
comment on table booking is '预约: no two at once in one room';
