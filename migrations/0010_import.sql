-- +goose Up
-- What became of each imported file. No personal data: findings never hold any.
create table import_run (
  id bigint generated always as identity primary key,
  actor bigint references account,
  sheet text not null, file text not null check (length(file) between 1 and 200),
  dry_run bool not null, written bool not null,
  line_count int not null, inserted int not null, updated int not null, same int not null, skipped int not null,
  errors int not null, warnings int not null, notes int not null,
  findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
  started timestamptz not null, finished timestamptz not null check (finished >= started)
);
create index import_run_recent on import_run (started desc, id desc);
comment on table import_run is '导入记录: the report of each file, dry runs too; the first 1,000 findings';
comment on column import_run.line_count is 'rows or features read';
