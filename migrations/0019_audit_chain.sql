-- +goose Up
-- The audit becomes a chain: every row is hashed together with the hash before
-- it, so that a row changed, taken out or slipped in afterwards is found by
-- "wangge audit verify". Writers do not wait for each other: they write their row
-- and a note that it is not linked yet; audit_chain links what has been
-- committed, in the order of ids, under a lock that no writer takes.
alter table audit add column path ltree;
comment on column audit.path is 'where: the area path of the thing, '''' the whole deployment; null before this column was there';
create index audit_at on audit (at);
create index audit_operation on audit (operation, id desc);

create table audit_pending (id bigint primary key);
alter table audit_pending set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
comment on table audit_pending is 'rows of audit that are committed and not linked yet; empty within a second';

create table audit_link (
  seq bigint primary key,
  audit bigint not null constraint audit_linked_once unique,
  hash bytea not null check (octet_length(hash) = 32),
  at timestamptz not null default clock_timestamp()
);
comment on table audit_link is 'the chain: seq 1, 2, 3 … without gaps; hash = sha256(hash before || content of the audit row), 32 zero bytes before the first; append only';
create trigger audit_link_append_only before update or delete on audit_link for each row execute function audit_append_only();
create trigger audit_link_no_truncate before truncate on audit_link for each statement execute function audit_append_only();

-- The time is that of the insert, whatever the statement says: nobody writes
-- into the past.
-- +goose StatementBegin
create function audit_stamp() returns trigger language plpgsql as $$
begin new.at := clock_timestamp(); return new; end $$;
-- +goose StatementEnd
create trigger audit_stamp before insert on audit for each row execute function audit_stamp();
-- +goose StatementBegin
create function audit_note() returns trigger language plpgsql security definer set search_path from current as $$
begin insert into audit_pending (id) values (new.id); return null; end $$;
-- +goose StatementEnd
create trigger audit_note after insert on audit for each row execute function audit_note();

-- A text as its length and its bytes, so that no two rows have the same content.
create function audit_bytes(t text) returns bytea language sql immutable parallel safe as $$
  select int4send(octet_length(coalesce(t, ''))) || convert_to(coalesce(t, ''), 'UTF8') $$;
create function audit_content(a audit) returns bytea language sql stable parallel safe as $$
  select int8send(a.id) || int8send((extract(epoch from a.at) * 1000000)::bigint) || int8send(coalesce(a.actor, 0))
      || audit_bytes(a.operation) || audit_bytes(a.noun) || audit_bytes(a.entity) || audit_bytes(a.purpose)
      || audit_bytes(a.detail::text) || audit_bytes(a.path::text) $$;
comment on function audit_content is 'what is hashed of a row; the program computes the same when it verifies';

-- +goose StatementBegin
create function audit_chain(most int) returns int language plpgsql security definer set search_path from current as $$
declare
  waiting bigint[];
  row audit;
  last bytea := decode(repeat('00', 32), 'hex');
  n bigint := 0;
  linked int := 0;
begin
  perform pg_advisory_xact_lock(2003134823);  -- "waud" + 1: one at a time, over all nodes
  -- A statement of its own, so that its snapshot is younger than the lock.
  waiting := array(select id from audit_pending order by id limit most);
  if cardinality(waiting) = 0 then return 0; end if;
  select seq, hash into n, last from audit_link order by seq desc limit 1;
  if not found then n := 0; last := decode(repeat('00', 32), 'hex'); end if;
  for row in select a.* from audit a where a.id = any(waiting) order by a.id loop
    n := n + 1;
    linked := linked + 1;
    last := sha256(last || audit_content(row));
    insert into audit_link (seq, audit, hash) values (n, row.id, last);
  end loop;
  delete from audit_pending p using audit_link l where p.id = any(waiting) and l.audit = p.id;
  return linked;
end $$;
-- +goose StatementEnd
comment on function audit_chain is 'links at most so many committed rows; returns how many';

insert into audit_pending select id from audit;
select audit_chain(2147483647);
