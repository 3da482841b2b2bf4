-- +goose Up
-- Search by pinyin and initials. PostgreSQL knows no pinyin, so the program
-- spells the names (ward.Spell) and keeps the spelling here; the names
-- themselves are always searched where they are.

-- search_source: what may be found by its sound. Never a person.
create view search_source as
  select 'area' as noun, id, name from area
  union all select 'grid', id, name from grid
  union all select 'branch', id, name from branch
  union all select 'point', id, name from point
  union all select 'team', id, name from team
  union all select 'institution', id, name from institution
  union all select 'building', b.id, case when b.name = '' then coalesce(c.name, '') else '' end || building_title(b.name, b.number)
    from building b left join courtyard c on c.id = b.courtyard;

create table search_word (
  noun text not null, id bigint not null,
  name text not null, pinyin text not null, initials text not null,
  primary key (noun, id)
);
create index search_word_pinyin on search_word using gin (pinyin gin_trgm_ops);
create index search_word_initials on search_word using gin (initials gin_trgm_ops);
comment on table search_word is 'derived: how each name of search_source is spelt, as of its column name';
