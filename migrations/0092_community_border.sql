-- +goose Up
-- Plans that move the borders of communities (docs/decisions/134-community-borders.md).

-- The outline of a community on days before, and from a day on that is still to
-- come. Only of communities whose border a plan has moved: of the others area.geom
-- is right for every day. The row of today is what area.geom is.
create table area_shape (
  area  bigint not null references area,
  valid daterange not null check (not isempty(valid)),
  geom  geometry(MultiPolygon,4326) not null constraint area_shape_kept check (shape_ok(geom)),
  label geometry(Point,4326) not null,
  constraint area_has_one_shape exclude using gist (area with =, valid with &&)
);
comment on table area_shape is 'outlines of communities by day, derived from cells at publication; area.geom is that of today';

-- What the communities concerned say of a plan that was submitted. Sent back to
-- its author, a plan has to be agreed to anew: what was said before stays on record.
create table plan_word (
  id        bigint generated always as identity primary key,
  plan      bigint not null references plan on delete cascade,
  community bigint not null references area,
  account   bigint not null references account,
  agrees    bool not null,
  words     text not null default '' check (length(words) <= 500),
  at        timestamptz not null default now(),
  void_at   timestamptz,
  constraint plan_word_reason check (agrees or words <> '')
);
create unique index plan_word_once on plan_word (plan, community) where void_at is null;
comment on table plan_word is '社区意见: one standing word of each community on a plan of community borders';

-- plan_towns are the communities between which a plan moves ground. from_grid is
-- what the plan starts from, so that it answers for a published plan too.
create function plan_towns(of_plan bigint) returns setof bigint language sql stable as $$
  select distinct t.town
  from plan p join plan_cell pc on pc.plan = p.id
  left join cell_community cc on cc.cell = pc.cell and upper_inf(cc.valid)
  left join grid f on f.id = pc.from_grid
  left join grid g on g.id = pc.label
  left join plan_grid pg on pg.plan = p.id and pg.label = pc.label
  cross join lateral (select coalesce(f.community, cc.community) as was, coalesce(g.community, (pg.state->>'community')::bigint) as now) q
  cross join lateral unnest(array[q.was, q.now]) t(town)
  where p.id = of_plan and p.kind = 'community' and q.was <> q.now
$$;
