-- +goose Up
-- The rhythm of all doors at once is a join; of one door it stays a function.
create view tag_rhythm as
  select t.household, min(n.value) as days
  from household_tag t join norm n on n.name = 'visit_' || t.kind
  where t.consent_until >= today() group by t.household;
comment on view tag_rhythm is 'how often a door is due because of its tags, in days; a tag counts while its consent holds';

-- +goose StatementBegin
create or replace function due_days(door bigint) returns int language sql stable as $$
  select least((select value from norm where name = 'visit_ordinary'), (select days from tag_rhythm where household = door))
$$;
-- +goose StatementEnd
