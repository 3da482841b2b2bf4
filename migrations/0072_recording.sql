-- +goose Up
-- Recordings (语音说明) of incidents and visits. The sound is a file named by its
-- hash; here is what it belongs to. As with photos there is no foreign key to the
-- thing: a tablet's queue may bring the recording first.
create table recording (
  id uuid primary key,
  noun text not null check (noun in ('incident','visit')),
  entity uuid not null,
  owner bigint not null references account,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  seconds double precision not null check (seconds > 0), bytes int not null check (bytes > 0),
  received_at timestamptz not null
);
create index recording_of on recording (noun, entity, received_at, id);
comment on column recording.hash is 'SHA-256 of the WebM as kept, also the name of its file';
comment on column recording.seconds is 'length by its content, not by what the device said';
