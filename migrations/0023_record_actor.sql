-- +goose Up
-- The history names who changed a record as the audit does, by number alone: it
-- outlives the account, and emptying the accounts of a test town leaves it be.
alter table record_change drop constraint record_change_actor_fkey;
