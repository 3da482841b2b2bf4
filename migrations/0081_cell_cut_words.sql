-- +goose Up
-- The words before the colon are read by people: taking back an import names what
-- was built on it since.
comment on table cell_cut is '切线: lines people cut cells along; an input of the base coverage while healed_at is null';
