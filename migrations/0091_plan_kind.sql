-- +goose Up
-- A plan is of one kind from its beginning: it draws grids inside communities,
-- the borders of communities, or micro-grids inside grids.
alter table plan add kind text not null default 'grid' check (kind in ('grid','community','micro'));
comment on column plan.kind is '划分什么: grid 网格, community 社区界线, micro 微网格; never changed';
