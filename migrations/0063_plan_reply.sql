-- +goose Up
-- A comment on a plan may answer another: it stands below it and has its place.
alter table plan_comment add column reply_to bigint references plan_comment on delete cascade;
create index plan_comment_reply on plan_comment (reply_to) where reply_to is not null;
comment on column plan_comment.reply_to is 'the comment that is answered; never itself an answer';
