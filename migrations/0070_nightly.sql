-- +goose Up
-- Work that one of several servers does once a night. The lock while it runs is
-- not enough: a server whose clock is slow would do it again after it.
create table nightly (
  task  text not null check (length(task) between 1 and 40),
  night date not null,
  done  timestamptz not null default now(),
  primary key (task, night)
);
comment on table nightly is '每夜任务：哪一夜已由某台服务器做完';
