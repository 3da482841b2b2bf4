-- +goose Up
-- What a device recorded without a network arrives late: its clock may be wrong,
-- and the grid may be somebody else's by then.
alter table grant_role add since timestamptz not null default now();
update grant_role r set since = a.created_at from account a where a.id = r.account;

create table grant_past (
  account bigint not null references account on delete cascade,
  role text not null, area bigint references area, grid bigint references grid,
  held tstzrange not null
);
create index grant_past_account on grant_past (account);
comment on table grant_past is 'roles that were taken away, with the time they were held: what was recorded then may still arrive';

-- +goose StatementBegin
create function grant_kept() returns trigger language plpgsql as $$
begin
  insert into grant_past (account, role, area, grid, held)
  select old.account, old.role, old.area, old.grid, tstzrange(old.since, greatest(now(), old.since), '[]')
  from account where id = old.account; -- an account that goes takes its past along
  return old;
end $$;
-- +goose StatementEnd
create trigger grant_kept before delete on grant_role for each row execute function grant_kept();

-- held_then says whether the grid a cell was in on that day lay within a grant of
-- the account: one it has now, or one it had at that moment, at most 30 days ago.
create function held_then(actor bigint, roles text[], cell_id bigint, at timestamptz) returns bool language sql stable as $$
  select exists (
    select 1 from grid g
    cross join lateral (
      select r.area, r.grid from grant_role r where r.account = actor and r.role = any(roles)
      union all
      select p.area, p.grid from grant_past p where p.account = actor and p.role = any(roles) and p.held @> at and at > now() - interval '30 days') r
    left join area ar on ar.id = r.area left join grid own on own.id = r.grid
    where g.id = grid_at(cell_id, (at at time zone 'Asia/Shanghai')::date) and g.path <@ coalesce(own.path, ar.path, ''))
$$;

alter table visit add skew interval not null default '0';
alter table incident add skew interval not null default '0';
comment on column visit.skew is 'how far the device''s clock was behind the server''s when it sent; occurred_at is corrected by it, so the device said occurred_at - skew';
comment on column incident.skew is 'as visit.skew';
