-- +goose Up
-- Nearest things by metres on the ground: an index in degrees would order by
-- degrees, of which one east is shorter than one north.
create index building_near on building using gist ((pt::geography));
create index point_near on point using gist ((pt::geography));
create index team_near on team using gist ((pt::geography));
