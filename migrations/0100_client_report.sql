-- +goose Up
-- What came with a report of another system (Open311): who asked there, sealed, for
-- those who answer, and whether the sender wants its photos seen by anybody.
create table client_report (
  id bigint generated always as identity unique,
  incident uuid primary key references incident on delete cascade,
  client bigint not null references client,
  contact_sealed bytea,
  photos_public bool not null default false,
  sent_at timestamptz not null
);
create index client_report_client on client_report (client);
comment on column client_report.contact_sealed is 'name, phone and email as JSON; forgotten some time after the incident is closed';
comment on column client_report.photos_public is 'the sender said so; they are shown once the report is taken in, until staff take it back';
