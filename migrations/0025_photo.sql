-- +goose Up
-- Photos (照片) of incidents and visits. The picture is a file named by its
-- hash; here is what it belongs to. There is no foreign key to the thing: a
-- tablet's queue may bring the photo before the report it belongs to.
create table photo (
  id uuid primary key,
  noun text not null check (noun in ('incident','visit')),
  entity uuid not null,
  kind text not null default 'scene' check (kind in ('scene','before','after')),
  owner bigint not null references account,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  width int not null check (width > 0), height int not null check (height > 0), bytes int not null check (bytes > 0),
  taken_at timestamptz not null
);
create index photo_of on photo (noun, entity, taken_at, id);
comment on column photo.hash is 'SHA-256 of the JPEG as kept, also the name of its file';
comment on column photo.taken_at is 'server receipt; what the camera says is thrown away with the rest of EXIF';
