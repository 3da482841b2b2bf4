-- +goose Up
-- Plans (划分方案): drafts of another assignment of cells to grids. A plan is
-- sparse (only the cells it moved) and keeps every gesture with its reverse.
-- In a plan a grid is named by a label: the number of an official grid, a
-- negative number for one the plan founds, 0 for nobody.
create table plan (
  id           bigint generated always as identity primary key,
  name         text not null constraint plan_name_length check (length(name) between 1 and 60),
  state        text not null default 'draft' check (state in ('draft','submitted','approved','scheduled','withdrawn')),
  version      bigint not null default 1,
  low          int not null default 300, high int not null default 500, persons_high int not null default 1200,
  base_seq     bigint not null,
  author       bigint not null references account,
  approver     bigint references account,
  opinion      text not null default '' check (length(opinion) <= 500),
  effective    date,
  seq          bigint references publish_log,
  created_at   timestamptz not null default now(), changed_at timestamptz not null default now(),
  constraint plan_household_band check (0 < low and low < high),
  constraint plan_second_person check (approver is null or approver <> author),
  constraint plan_scheduled_on_a_day check (state <> 'scheduled' or (effective is not null and seq is not null and approver is not null))
);
create index plan_changed on plan (changed_at desc, id desc);
comment on table plan is '划分方案; scheduled counts as published from its effective date on';
comment on column plan.base_seq is 'newest publication when the plan was begun or last rebased';

create table plan_community (
  plan bigint not null references plan on delete cascade, community bigint not null references area,
  primary key (plan, community)
);
create index plan_community_of on plan_community (community);

create table plan_grid (
  plan bigint not null references plan on delete cascade, label bigint not null check (label <> 0),
  state jsonb not null, made bigint references grid,
  primary key (plan, label)
);
comment on table plan_grid is 'grids the plan founds (label < 0) or says something of; state is ward.PlanGridState';
comment on column plan_grid.made is 'the official grid a new one became when the plan was first published';

create table plan_cell (
  plan bigint not null references plan on delete cascade, cell bigint not null references cell,
  from_grid bigint not null, label bigint not null,
  primary key (plan, cell)
);
create index plan_cell_label on plan_cell (plan, label);
create index plan_cell_cell on plan_cell (cell);
comment on column plan_cell.from_grid is 'the official grid when the plan first touched the cell (0: none): base of the three-way merge';

create table plan_op (
  plan bigint not null references plan on delete cascade, seq bigint not null,
  kind text not null, actor bigint not null, at timestamptz not null default now(),
  delta jsonb not null, reverts bigint, undone bool not null default false,
  primary key (plan, seq)
);
comment on table plan_op is 'every gesture as ward.PlanDelta, never changed: replayed from the start they give plan_cell and plan_grid; seq is the version it made';

create table plan_comment (
  id bigint generated always as identity primary key,
  plan bigint not null references plan on delete cascade,
  author bigint not null references account, at timestamptz not null default now(),
  text text not null constraint plan_comment_length check (length(text) between 1 and 1000),
  cell bigint references cell, across bigint references cell,
  pt geometry(Point,4326) not null,
  resolved_at timestamptz, resolved_by bigint references account,
  version bigint not null default 1
);
create index plan_comment_plan on plan_comment (plan, id);
comment on column plan_comment.across is 'with cell: the border between the two';

create table plan_share (
  plan bigint primary key references plan on delete cascade,
  token_sha256 bytea not null unique, made_by bigint not null references account, at timestamptz not null default now(), until timestamptz not null
);
comment on table plan_share is 'the one valid view-only link of a plan; only the digest of its token is kept';

-- coverage_revision says when what is kept in memory of the ground is old.
create table coverage_revision (one boolean primary key default true check (one), revision bigint not null default 1);
insert into coverage_revision default values;
-- +goose StatementBegin
create function coverage_revised() returns trigger language plpgsql as $$
begin update coverage_revision set revision = revision + 1; return null; end $$;
-- +goose StatementEnd
create trigger revised after insert or update or delete or truncate on cell_arc for each statement execute function coverage_revised();
create trigger revised after insert or update or delete or truncate on cell for each statement execute function coverage_revised();
create trigger revised after insert or update or delete or truncate on cell_stat for each statement execute function coverage_revised();
create trigger revised after insert or update or delete or truncate on cell_community for each statement execute function coverage_revised();

-- A plan is read and published by the last scheduled state.
create view cell_head as
  select cell, grid, lower(valid) as since from cell_grid where layer = 1 and upper_inf(recorded) and upper_inf(valid);
