-- +goose Up
-- What lists and searches of a district were slow at (docs/decisions/132-lists-and-searches.md).

-- The keeper of a lane was looked for through every place of every steward.
create index steward_place_lane on steward_place (lane) where lane is not null;

-- The counts of a grid are sums over its cells: fifty grids of a page have five
-- thousand of them, and all that is asked stands in the index.
create index cell_stat_counts on cell_stat (cell) include (buildings, households, persons, members, hardship);

-- Spellings as they are looked through: what is called exactly so, then the
-- shortest names until there are enough (the same as texts of buildings, 0061).
-- The trigrams of a tenth of the buildings cost more than reading past them, and
-- two letters have none.
drop index search_word_pinyin, search_word_initials;
create index search_word_exactly on search_word using gin (string_to_array(pinyin || ' ' || initials, ' '));
create index search_word_long on search_word (noun, length(name), id) include (name, pinyin, initials);
