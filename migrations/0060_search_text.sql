-- +goose Up
-- Buildings are most of what can be found, and most share what they are called
-- with others: 208,397 buildings of a district have 28,907 names. Each text is
-- kept and looked through once, with the buildings it stands for beside it.
create table search_text (
  id       bigint generated always as identity primary key,
  name     text not null,
  words    text not null,
  pinyin   text not null,
  initials text not null
);
create unique index search_text_once on search_text (md5(name || chr(10) || words));
create index search_text_words on search_text using gin (words gin_trgm_ops);
create index search_text_pinyin on search_text using gin (pinyin gin_trgm_ops);
create index search_text_initials on search_text using gin (initials gin_trgm_ops);
comment on table search_text is 'derived: what buildings are called and how it is spelt, each text once';
comment on column search_text.words is 'name, number, address and courtyard in lower case';

create table search_building (
  building bigint primary key,
  text     bigint not null references search_text
);
create index search_building_text on search_building (text, building);
comment on table search_building is 'derived: the text of each building, as of its last spelling';

create view search_building_source as
  select b.id, case when b.name = '' then coalesce(c.name, '') else '' end || building_title(b.name, b.number) as name,
         lower(b.name || ' ' || b.number || ' ' || b.address || ' ' || coalesce(c.name, '')) as words
  from building b left join courtyard c on c.id = b.courtyard;

create or replace view search_source as
  select 'area' as noun, id, name from area
  union all select 'grid', id, name from grid
  union all select 'branch', id, name from branch
  union all select 'point', id, name from point
  union all select 'team', id, name from team
  union all select 'institution', id, name from institution;
-- The program spells the buildings again into search_text; see DB.Spell.
delete from search_word where noun = 'building';
