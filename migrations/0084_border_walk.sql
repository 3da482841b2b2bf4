-- +goose Up
-- Walking the line (踏界): people of the grids concerned go along a border on the
-- spot, piece by piece, and say whether it fits. The border is that of a plan where
-- it is new, or that of a grid as it is.
create table border_walk (
  id        bigint generated always as identity primary key,
  plan      bigint references plan on delete cascade,
  grid      bigint references grid,
  note      text not null default '' constraint border_walk_note_length check (length(note) <= 500),
  due       date,
  made_by   bigint not null references account,
  made_at   timestamptz not null,
  closed_at timestamptz,
  version   bigint not null default 1,
  constraint border_walk_of_one check ((plan is null) <> (grid is null))
);
create unique index border_walk_of_plan on border_walk (plan) where closed_at is null and plan is not null;
create unique index border_walk_of_grid on border_walk (grid) where closed_at is null and grid is not null;
create index border_walk_plan on border_walk (plan, id);
create index border_walk_by_grid on border_walk (grid, id);
comment on table border_walk is '踏界: who is to look at which border on the spot; one open for a plan or a grid';

create table border_piece (
  id      bigint generated always as identity primary key,
  walk    bigint not null references border_walk on delete cascade,
  mark    int not null,
  grids   bigint[] not null,
  pairs   bigint[] not null,
  name    text not null, class text not null,
  length  float8 not null check (length > 0),
  line    geometry(LineString,4326) not null,
  left_side jsonb not null, right_side jsonb not null,
  words   text not null
);
create index border_piece_walk on border_piece (walk, mark);
create index border_piece_grids on border_piece using gin (grids);
comment on column border_piece.mark is 'its number in walking order, from 1';
comment on column border_piece.grids is 'official grids it touches: those who work there see it';
comment on column border_piece.pairs is 'the cells left and right of each of its arcs, the smaller number first: by them the line is known again when the plan has changed';
comment on column border_piece.left_side is 'ward.BorderSide; left and right as seen when walking the line';

-- What people say stays as they said it. The last word of each counts; one "no"
-- is a no.
create table border_answer (
  id          uuid primary key,
  piece       bigint not null references border_piece on delete cascade,
  account     bigint not null references account,
  verdict     text not null check (verdict in ('accepted','rejected')),
  reason      text not null default '' constraint border_answer_reason_length check (length(reason) <= 500),
  at          timestamptz not null,
  received_at timestamptz not null,
  constraint border_answer_says_why check (verdict = 'accepted' or reason <> '')
);
create index border_answer_piece on border_answer (piece, account, at desc, received_at desc);
comment on column border_answer.at is 'when it was said on the spot, by the device and corrected by the server''s clock';

create view border_piece_now as
  select p.*, coalesce(s.state, 'open') as state from border_piece p left join lateral (
    select case when bool_or(l.verdict = 'rejected') then 'rejected' else 'accepted' end as state from (
      select distinct on (a.account) a.verdict from border_answer a where a.piece = p.id order by a.account, a.at desc, a.received_at desc) l
    having count(*) > 0) s on true;
comment on view border_piece_now is 'pieces with how they stand: open, accepted, rejected';

-- What was seen on the spot may be shown as a photo.
alter table photo drop constraint photo_noun_check;
alter table photo add constraint photo_noun_check check (noun in ('incident','visit','border_answer'));
