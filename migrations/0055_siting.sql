-- +goose Up
-- Siting (选址) keeps the walking network in memory; this says when it is old.
create table walk_revision (one boolean primary key default true check (one), revision bigint not null default 1);
insert into walk_revision default values;
comment on table walk_revision is 'rises with every change of what people walk along or cannot walk through: roads, walls, rivers, lanes';
-- +goose StatementBegin
create function walk_revised() returns trigger language plpgsql as $$
begin update walk_revision set revision = revision + 1; return null; end $$;
-- +goose StatementEnd
create trigger walk_revised after insert or update or delete or truncate on road for each statement execute function walk_revised();
create trigger walk_revised after insert or update or delete or truncate on lane for each statement execute function walk_revised();
