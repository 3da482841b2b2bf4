-- +goose Up
-- What is nearest is found through the index of positions in degrees, and the
-- indexes of positions on the sphere go: on buildings it was the dearest of ten
-- to write to, at every import and every base revision.
drop index building_near, point_near, team_near;
