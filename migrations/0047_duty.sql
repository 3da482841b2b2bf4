-- +goose Up
-- Teams on duty (在岗) and where they are (位置). A position is kept only while a
-- team is on duty: see docs/decisions/092-positions.md.

-- A team is on duty from its start to its end, under one account. sharing says
-- that the account's own tablet sends its position; it begins switched off.
create table duty (
  id         bigint generated always as identity primary key,
  team       bigint not null references team,
  account    bigint not null references account,
  started_at timestamptz not null default now(),
  ended_at   timestamptz,
  sharing    bool not null default false,
  version    bigint not null default 1,
  constraint duty_times check (ended_at >= started_at)
);
create unique index duty_one_open on duty (team) where ended_at is null;
create index duty_account on duty (account) where ended_at is null;
create index duty_team on duty (team, started_at desc);
comment on table duty is '在岗: positions of a team are taken between started_at and ended_at and at no other time';

-- A tracker (定位设备) is a phone app that sends the position of a team by the
-- OsmAnd protocol. It proves itself by a token of which only the hash is kept.
create table tracker (
  id         bigint generated always as identity primary key,
  team       bigint not null references team,
  name       text not null constraint tracker_name_length check (length(name) between 1 and 40),
  token      bytea not null constraint tracker_token_taken unique check (octet_length(token) = 32),
  created_by bigint not null references account,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_by bigint references account,
  constraint tracker_revoked check ((revoked_at is null) = (revoked_by is null))
);
create index tracker_team on tracker (team);
comment on table tracker is '定位设备: whoever registers one states that its holder agrees';

-- Where a team was last; gone with the end of duty.
create table team_position (
  team     bigint primary key references team,
  at       timestamptz not null,
  pt       geometry(Point,4326) not null,
  accuracy real, speed real, course real, battery real,
  grid     bigint references grid,
  since    timestamptz
);
comment on column team_position.since is 'since when it is in that grid';

-- The way a team went, in partitions of a day (Asia/Shanghai). No foreign key: a
-- thousand rows a second come by COPY, and teams are ended, never deleted.
create table team_track (
  team     bigint not null,
  at       timestamptz not null,
  pt       geometry(Point,4326) not null,
  accuracy real, speed real,
  grid     bigint
) partition by range (at);
create index team_track_team on team_track (team, at);
comment on table team_track is '轨迹: whole for some days, then one point a minute, then gone (norms track_whole, track_kept)';

-- How long a team was in which grid (进出网格).
create table team_stay (
  id         bigint generated always as identity primary key,
  team       bigint not null references team,
  grid       bigint not null references grid,
  entered_at timestamptz not null,
  left_at    timestamptz,
  constraint team_stay_times check (left_at >= entered_at)
);
create unique index team_stay_open on team_stay (team) where left_at is null;
create index team_stay_team on team_stay (team, entered_at desc);

-- The two functions below run with the rights of the owner: the server itself
-- may neither create nor drop a table.
-- +goose StatementBegin
create function track_make_room(first date, last date) returns void language plpgsql security definer set search_path from current as $$
declare
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('track_make_room'));
  for d in 0 .. last - first loop
    part := 'team_track_' || to_char(first + d, 'YYYYMMDD');
    if to_regclass(part) is null then
      execute format('create table %I (like team_track including all)', part);
      execute format('alter table team_track attach partition %I for values from (%L) to (%L)', part,
        (first + d)::timestamp at time zone 'Asia/Shanghai', (first + d + 1)::timestamp at time zone 'Asia/Shanghai');
    end if;
  end loop;
end $$;
create function track_forget(before date) returns int language plpgsql security definer set search_path from current as $$
declare
  part text;
  gone int := 0;
begin
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
              where i.inhparent = 'team_track'::regclass and c.relname < 'team_track_' || to_char(before, 'YYYYMMDD') loop
    execute format('drop table %I', part);
    gone := gone + 1;
  end loop;
  return gone;
end $$;
-- +goose StatementEnd
comment on function track_make_room is 'partitions of team_track for each day from first to last';
comment on function track_forget is 'drops the partitions of days before that one; returns how many';
select track_make_room(today() - 2, today() + 2);

-- Lanes in pieces of at most 25 m, and which of them a team walked in which week.
create table lane_piece (
  lane bigint not null references lane on delete cascade, n int not null,
  metres real not null check (metres > 0),
  geom geometry(LineString,4326) not null, mid geometry(Point,4326) not null,
  primary key (lane, n)
);
create index lane_piece_geom on lane_piece using gist (geom);
create index lane_piece_mid on lane_piece using gist (mid);
create table lane_walk (
  week date not null, lane bigint not null, n int not null,
  primary key (week, lane, n),
  foreign key (lane, n) references lane_piece on delete cascade
);
comment on table lane_walk is 'pieces of lanes somebody of a team walked in the week that begins on that Monday; not who';
-- +goose StatementBegin
create function lane_cut(id bigint, line geometry) returns void language sql as $$
  delete from lane_piece where lane = id;
  insert into lane_piece (lane, n, metres, geom, mid)
  select id, row_number() over (), st_length(p.g::geography), p.g, st_lineinterpolatepoint(p.g, 0.5)
  from (
    select st_linesubstring(d.geom, k / d.parts, (k + 1) / d.parts) as g
    from (select x.geom, greatest(1, ceil(st_length(x.geom::geography) / 25)) as parts from st_dump(line) x where st_length(x.geom::geography) > 0.5) d,
      generate_series(0, d.parts::int - 1) k) p;
$$;
create function lane_pieces() returns trigger language plpgsql as $$
begin
  perform lane_cut(new.id, new.geom);
  return null;
end $$;
-- +goose StatementEnd
create trigger lane_pieces after insert or update of geom on lane for each row execute function lane_pieces();
select lane_cut(id, geom) from lane;

insert into norm (name, value) values ('track_whole', 7), ('track_kept', 30), ('duty_longest', 12);
