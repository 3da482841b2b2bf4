-- +goose Up
-- Organisation and people.
create table branch (
  id bigint generated always as identity primary key,
  code text not null constraint branch_code_taken unique, name text not null,
  kind text not null check (kind in ('street_committee','community_committee','community_general','grid','group','own','joint','office','tower','feature')),
  parent bigint references branch constraint branch_not_own_parent check (parent <> id),
  area bigint not null references area,
  building bigint references building,
  founded date, secretary bigint references person,
  version bigint not null default 1
);
create index branch_parent on branch (parent);
create index branch_area on branch (area);
create index branch_building on branch (building);
comment on table branch is '党组织: tree by parent, tied to grids N:M by branch_grid';

-- A grid has at most one grid branch on any day; a branch may have many grids,
-- all of one community (一格一支部, 多格一支部).
create table branch_grid (
  branch bigint not null references branch, grid bigint not null references grid,
  valid daterange not null default '[2020-01-01,)' check (not isempty(valid)), plan bigint,
  constraint grid_has_one_branch exclude using gist (grid with =, valid with &&)
);
create index branch_grid_branch on branch_grid (branch);
-- +goose StatementBegin
create function branch_grid_place() returns trigger language plpgsql as $$
begin
  if exists (select 1 from branch_grid o join grid a on a.id = o.grid join grid b on b.id = new.grid
             where o.branch = new.branch and o.valid && new.valid and a.community <> b.community) then
    raise exception using errcode = '23514', constraint = 'branch_grids_in_one_community', message = 'grids of two communities';
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger branch_grid_place before insert or update on branch_grid for each row execute function branch_grid_place();
create view branch_grid_now as select branch, grid from branch_grid where valid @> today();

create table member (
  id bigint generated always as identity primary key,
  code text not null constraint member_code_taken unique,
  person bigint not null references person,
  branch bigint not null references branch,
  kind text not null default 'resident' check (kind in ('working','retired','laid_off','floating','resident','new_org')),
  gender text check (gender in ('male','female')), birth_year int check (birth_year between 1900 and 2100),
  joined date, household bigint references household, home_unit text not null default '',
  registered_in bool not null default false,
  skills text[] not null default '{}', posts text[] not null default '{}',
  version bigint not null default 1
);
create index member_branch on member (branch);
create index member_household on member (household);
create index member_person on member (person);
comment on table member is '党员: the name is in person';

create table hub (
  id bigint generated always as identity primary key,
  code text not null constraint hub_code_taken unique, name text not null,
  member bigint not null references member, household bigint not null constraint hub_household_taken unique references household,
  offers text[] not null default '{}', hours text not null default ''
);
create table hub_door (
  hub bigint not null references hub on delete cascade,
  household bigint not null constraint door_has_one_hub unique references household,
  primary key (hub, household)
);
comment on table hub is '党员中心户: a household that serves the doors around it';

create table institution (
  id bigint generated always as identity primary key,
  code text not null constraint institution_code_taken unique, name text not null,
  kind text not null default 'company' check (kind in ('company','social','resident_unit','property','owners','school','hospital','shop')),
  building bigint references building, floor int, staff int not null default 0 check (staff >= 0), members int not null default 0 check (members >= 0),
  party_mode text not null default 'none' check (party_mode in ('own','joint','liaison','point','none')),
  branch bigint references branch, cell bigint references cell,
  pt geometry(Point,4326) not null
);
create index institution_cell on institution (cell);
create index institution_pt on institution using gist (pt);
comment on table institution is '单位: firms, social organisations, units, property managers, owners'' committees';

create table team (
  id bigint generated always as identity primary key,
  code text not null constraint team_code_taken unique, name text not null,
  kind text not null check (kind in ('patrol','greening','volunteer','manners','housework','legal','arts')),
  area bigint not null references area, leader bigint references member,
  state text not null default 'off' check (state in ('off','on_duty','on_way','on_scene')),
  shift text not null default '', headcount int not null default 0 check (headcount >= 0),
  pt geometry(Point,4326), version bigint not null default 1
);
create index team_area on team (area);
create table team_grid (
  team bigint not null references team, grid bigint not null references grid,
  valid daterange not null default '[2020-01-01,)', plan bigint, primary key (team, grid, valid)
);
create table team_member (team bigint not null references team on delete cascade, member bigint not null references member, primary key (team, member));
comment on table team is '队伍: patrol, greening, volunteer teams; pt is where it reports from';

-- The 8+X grid team: one row per filled role.
create table grid_role (
  id bigint generated always as identity primary key,
  grid bigint not null references grid,
  role text not null check (role in ('leader','committee','branch_secretary','police','family_planning','hub','building_head','unit_head','volunteer_head','delegate','registered_member','property','owners')),
  member bigint references member, person bigint not null references person,
  valid daterange not null default '[2020-01-01,)' check (not isempty(valid))
);
create index grid_role_grid on grid_role (grid);
create unique index grid_has_one_leader on grid_role (grid) where role = 'leader' and upper_inf(valid);
comment on table grid_role is '网格团队 8+X';

create table steward (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('building','unit','lane')), member bigint not null references member
);
create table steward_place (
  steward bigint not null references steward on delete cascade,
  courtyard bigint references courtyard, building bigint references building, lane bigint references lane,
  constraint steward_place_one check (num_nonnulls(courtyard, building, lane) = 1),
  unique nulls not distinct (steward, courtyard, building, lane)
);
comment on table steward is '楼长/单元长/巷长: responsible for 2–3 courtyards or 1–2 lanes';

create table pledge (
  id bigint generated always as identity primary key,
  member bigint not null references member,
  kind text not null check (kind in ('needy_household','hygiene','order','youth','applicant','institution')),
  household bigint references household, institution bigint references institution, grid bigint references grid,
  text text not null default '' check (length(text) <= 500), since date not null default today(),
  constraint pledge_once unique (member, kind)
);
comment on table pledge is '六个一; mentoring a young person (youth) is private: never listed outside the branch';

create table pairing (
  id bigint generated always as identity primary key,
  code text not null constraint pairing_code_taken unique,
  kind text not null check (kind in ('branch_branch','member_household','leader_community')),
  left_branch bigint references branch, right_branch bigint references branch,
  left_member bigint references member, right_household bigint references household, right_area bigint references area,
  since date not null, until date check (until >= since),
  promise text not null default '' check (length(promise) <= 1000), last_result date,
  constraint pairing_ends check (case kind
    when 'branch_branch' then num_nonnulls(left_branch, right_branch) = 2 and left_branch <> right_branch
    when 'member_household' then num_nonnulls(left_member, right_household) = 2
    else num_nonnulls(left_member, right_area) = 2 end)
);
comment on table pairing is '结对: without a result for 90 days it is dormant';

create table honour (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('good_branch','star_member','good_courtyard','good_building','good_lane','good_household')),
  branch bigint references branch, member bigint references member, courtyard bigint references courtyard,
  building bigint references building, lane bigint references lane, household bigint references household,
  year int not null check (year between 1949 and 2200), given_by text not null default '',
  constraint honour_target_one check (num_nonnulls(branch, member, courtyard, building, lane, household) = 1)
);
comment on table honour is '荣誉';

-- cell_stat: what a redraw counts per cell, derived from households and members.
create table cell_stat (
  cell bigint primary key references cell, households int not null, persons int not null, members int not null, hardship int not null, buildings int not null
);
comment on table cell_stat is 'derived; refresh_cell_stat() writes it after imports and moves';
-- +goose StatementBegin
create function refresh_cell_stat() returns void language sql as $$
  delete from cell_stat;
  insert into cell_stat
  select b.cell, coalesce(sum(h.n), 0), coalesce(sum(h.p), 0), coalesce(sum(h.m), 0), coalesce(sum(h.hard), 0), count(*)
  from building b left join lateral (
    select count(*) n, sum(h.persons) p,
           sum((select count(*) from member m where m.household = h.id)) m,
           count(*) filter (where exists (select 1 from household_tag t where t.household = h.id and t.kind in ('hardship','allowance'))) hard
    from household h where h.building = b.id) h on true
  where b.cell is not null group by b.cell;
$$;
-- +goose StatementEnd
