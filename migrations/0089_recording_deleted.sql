-- +goose Up
-- A recording may be deleted by whoever made it: the sound goes, and that there was
-- one stays, so that a tablet's queue does not bring it back.
alter table recording add column deleted_at timestamptz;
comment on column recording.deleted_at is 'when its maker deleted it; its file is gone unless another recording holds the same';
