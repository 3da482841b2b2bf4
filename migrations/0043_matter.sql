-- +goose Up
-- Matters (事项): what was raised at a visit and what became of it, up to the
-- resident being told; and visits that were promised (回访).
alter table visit
  add class text constraint visit_class_fkey references incident_class,
  add result text not null default '' constraint visit_result_length check (length(result) <= 2000),
  add done_at timestamptz,
  add told_at timestamptz;
comment on column visit.class is '大类 of what was raised';
comment on column visit.done_at is 'when what was taken back was done; an incident says so itself';
comment on column visit.told_at is '已回告: when the resident was told';
-- What was solved in front of somebody was told with it.
update visit set told_back = true where outcome = 'solved' and met = 'met';
update visit set told_at = occurred_at where told_back;

create index incident_visit on incident (visit) where visit is not null;
create index visit_matter on visit (occurred_at desc, id) where outcome <> 'none' and not told_back;
create index visit_follow_up on visit (household, follow_up) where follow_up is not null;

-- matter_state: '' nothing was raised, open 在办, to_tell 待回告, told 已回告. What
-- was reported is done when every incident made of it is over.
-- +goose StatementBegin
create function matter_state(v visit) returns text language sql stable as $$
  select case
    when v.outcome = 'none' then ''
    when v.told_back then 'told'
    when v.outcome = 'solved' or v.done_at is not null then 'to_tell'
    when v.outcome = 'reported' and (select bool_and(i.state in ('closed','void','refused','merged')) from incident i where i.visit = v.id) then 'to_tell'
    else 'open' end
$$;

-- follow_up: the day a door is promised another visit; null when none is. It is
-- kept by any later visit on that day or after it, or by an earlier 回访.
create function follow_up(door bigint) returns date language sql stable as $$
  select (select min(v.follow_up) from visit v where v.household = door and v.follow_up is not null
    and not exists (select from visit l where l.household = v.household and l.occurred_at > v.occurred_at
      and (l.kind = 'return' or (l.occurred_at at time zone 'Asia/Shanghai')::date >= v.follow_up)))
$$;
-- +goose StatementEnd
