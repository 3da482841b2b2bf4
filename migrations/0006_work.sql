-- +goose Up
-- What happens every day: visits (走访) and incidents (事件). Both keep the cell
-- and the grid of record: a redraw never rewrites where something happened.
create table visit (
  id uuid primary key,
  version bigint not null default 1,
  visitor bigint not null,
  household bigint references household, building bigint not null references building,
  cell bigint not null references cell, grid bigint not null references grid,
  kind text not null check (kind in ('four_hundred','aid','return','policy','safety','festival','mediation','opinion')),
  mode text not null default 'home' check (mode in ('home','stairs','phone','yard')),
  met text not null check (met in ('met','nobody','refused')),
  mood smallint check (mood between 1 and 5), satisfied smallint check (satisfied between 1 and 5),
  note text not null default '' constraint visit_note_length check (length(note) <= 2000),
  outcome text not null default 'none' check (outcome in ('none','solved','taken_back','reported')),
  told_back bool not null default false, follow_up date, delivered text[] not null default '{}',
  incident uuid,
  started_at timestamptz not null, ended_at timestamptz, occurred_at timestamptz not null, received_at timestamptz not null default now(),
  offline bool not null default false,
  pt geometry(Point,4326) not null, accuracy float8 check (accuracy >= 0), pt_source text not null default 'door' check (pt_source in ('gps','manual','door')),
  constraint visit_times check (ended_at is null or ended_at >= started_at)
);
create index visit_household on visit (household, occurred_at desc);
create index visit_building on visit (building, occurred_at desc);
create index visit_grid on visit (grid, occurred_at desc);
create index visit_cell on visit (cell, occurred_at desc);
create index visit_recent on visit (occurred_at desc, id);
comment on column visit.pt is 'where it stands on the map: building point, or the device''s own fix';
comment on column visit.occurred_at is 'device time; received_at is server time';

create table incident_class (
  code text primary key, parent text references incident_class, name text not null,
  filing text not null default '', unit text not null default '', close_rule text not null default '',
  limit_amount int check (limit_amount > 0), limit_unit text check (limit_unit in ('minute','hour','day','work_hour','work_day')),
  duplicate_radius float8 not null default 30 check (duplicate_radius >= 0), private bool not null default false, urgent bool not null default false
);
comment on table incident_class is '事件大类/小类 with limits; editable by staff; duplicate_radius in metres';

create sequence incident_number;
create table incident (
  id uuid primary key,
  number text not null constraint incident_number_taken unique,
  version bigint not null default 1,
  reporter bigint not null,
  source text not null default 'staff' check (source in ('staff','visit','patrol','hygiene','resident','hotline','meeting')),
  class text not null references incident_class,
  state text not null default 'reported' check (state in ('draft','reported','verifying','refused','merged','filed','dispatched','handling','suspended','checking','follow_up','closed','void')),
  urgency text not null default 'normal' check (urgency in ('normal','urgent')),
  description text not null default '' constraint incident_description_length check (length(description) <= 2000),
  place text not null default '' constraint incident_place_length check (length(place) <= 200),
  building bigint references building, household bigint references household,
  cell bigint not null references cell, grid bigint not null references grid,
  visit uuid, handler_unit text not null default '', result text not null default '', due_at timestamptz,
  occurred_at timestamptz not null, received_at timestamptz not null default now(), closed_at timestamptz,
  pt geometry(Point,4326) not null, accuracy float8 check (accuracy >= 0)
);
create index incident_grid on incident (grid, received_at desc);
create index incident_cell on incident (cell);
create index incident_open on incident (received_at desc, id) where state not in ('closed','void','refused','merged');
create index incident_recent on incident (received_at desc, id);
create index incident_pt on incident using gist (pt);

create table incident_step (
  incident uuid not null references incident on delete cascade, version bigint not null,
  actor bigint not null, action text not null, from_state text not null, to_state text not null,
  opinion text not null default '' check (length(opinion) <= 2000), at timestamptz not null default now(),
  primary key (incident, version)
);
comment on table incident_step is 'every step keeps actor, opinion and the version it made';
