-- +goose Up
-- Campaigns (专项走访): a list of doors that is to be walked between two days.
-- Which doors is settled when it is made: a tag that runs out or a border that
-- moves takes nobody off the list.
create table campaign (
  id bigint generated always as identity primary key,
  version bigint not null default 1,
  name text not null constraint campaign_name_length check (length(name) between 1 and 40),
  note text not null default '' constraint campaign_note_length check (length(note) <= 500),
  area bigint not null references area,
  grids bigint[] not null default '{}', tags text[] not null default '{}',
  starts date not null, ends date not null,
  closed bool not null default false,
  actor bigint not null, created_at timestamptz not null default now(),
  constraint campaign_days check (ends >= starts and ends - starts <= 366)
);
create index campaign_area on campaign (area);
comment on table campaign is '专项走访: 送温暖, 党员奉献月 and the like';
comment on column campaign.tags is 'the tags its doors were chosen by; empty for all doors';

create table campaign_door (
  campaign bigint not null references campaign on delete cascade,
  household bigint not null references household on delete cascade,
  primary key (campaign, household)
);
create index campaign_door_household on campaign_door (household);

-- campaigns_due: the campaigns that run today and have not come to the door yet.
-- +goose StatementBegin
create function campaigns_due(door bigint) returns bigint[] language sql stable as $$
  select array(select c.id from campaign_door d join campaign c on c.id = d.campaign
    where d.household = door and not c.closed and today() between c.starts and c.ends
      and not exists (select from visit v where v.household = door and (v.occurred_at at time zone 'Asia/Shanghai')::date between c.starts and c.ends)
    order by c.ends, c.id)
$$;
-- +goose StatementEnd
