-- +goose Up
-- The change feed. A business transaction writes to outbox; the sequencer moves
-- committed rows to event and numbers them without a gap; every node tails event.
-- Numbers cannot be given by the writer: a sequence counts in the order of
-- nextval, readers see rows in the order of commit, and "id > last" then loses
-- what commits late (6 % of a million events when tried).

CREATE TABLE outbox (
    -- CACHE must stay 1: the id is taken under the row lock of the entity, so the
    -- order of ids is the order of versions of one entity.
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic   text   NOT NULL CHECK (topic ~ '^[a-z][a-z_]{0,30}$'),
    entity  text   NOT NULL CHECK (entity <> ''),
    version bigint NOT NULL CHECK (version >= 0),
    paths   ltree[] NOT NULL CHECK (cardinality(paths) > 0),
    class   text   NOT NULL CHECK (class IN ('public', 'duty')),
    command uuid,
    body    json   NOT NULL CHECK (octet_length(body::text) <= 32768)
);
-- The table is nearly empty but every row of the feed passes through it, so dead
-- rows are swept early and without pauses.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
COMMENT ON TABLE outbox IS 'Changes written by the transactions that made them, not yet numbered. Normally empty within milliseconds.';
COMMENT ON COLUMN outbox.paths IS 'Area paths: the first is where the thing is now, the others where it was before this change.';
COMMENT ON COLUMN outbox.class IS 'Who may hear it: public (no personal data, the wall too) or duty (signed-in staff only).';
COMMENT ON COLUMN outbox.command IS 'Key of the command that made the change, null when none did.';
COMMENT ON COLUMN outbox.body IS 'What viewers are sent; never names, phones or notes. json keeps the text as written.';

CREATE TABLE event (
    seq     bigint      NOT NULL PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    topic   text        NOT NULL,
    entity  text        NOT NULL,
    version bigint      NOT NULL,
    paths   ltree[]     NOT NULL,
    class   text        NOT NULL,
    command uuid,
    body    json        NOT NULL
) PARTITION BY RANGE (seq);
COMMENT ON TABLE event IS 'The log: every committed change once, seq without gaps in the order in which commits became visible. Partitions of 100,000.';
COMMENT ON COLUMN event.at IS 'When the sequencer numbered the change.';

CREATE TABLE stream_head (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation uuid    NOT NULL DEFAULT gen_random_uuid(),
    seq        bigint  NOT NULL DEFAULT 0,
    min_seq    bigint  NOT NULL DEFAULT 1,
    room       bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO stream_head DEFAULT VALUES;
COMMENT ON TABLE stream_head IS 'One row: where the log stands. A snapshot reads it in its own transaction.';
COMMENT ON COLUMN stream_head.generation IS 'Made new by a restore, so that cursors from before it are refused.';
COMMENT ON COLUMN stream_head.seq IS 'The newest number given.';
COMMENT ON COLUMN stream_head.min_seq IS 'The oldest number still kept.';
COMMENT ON COLUMN stream_head.room IS 'The first number for which there is no partition yet.';

-- The two functions below run with the rights of the owner of the tables: the
-- server itself may neither create nor drop any.

-- +goose StatementBegin
CREATE FUNCTION event_make_room(upto bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    size constant bigint := 100000;
    low  bigint;
    part text;
BEGIN
    LOOP
        SELECT room INTO low FROM stream_head FOR UPDATE;
        EXIT WHEN low > upto;
        part := 'event_' || lpad((low / size)::text, 8, '0');
        -- Attaching takes a weaker lock than CREATE … PARTITION OF, so readers go on.
        EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING ALL)', part);
        EXECUTE format('ALTER TABLE event ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', part, low, low + size);
        UPDATE stream_head SET room = low + size;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION event_forget(before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    size constant bigint := 100000;
    head stream_head;
    low  bigint;
    last timestamptz;
    gone integer := 0;
BEGIN
    LOOP
        SELECT * INTO head FROM stream_head FOR UPDATE;
        low := head.min_seq / size * size;
        EXIT WHEN head.seq < low + size;
        SELECT at INTO last FROM event WHERE seq = low + size - 1;
        EXIT WHEN last >= before;
        EXECUTE format('DROP TABLE %I', 'event_' || lpad((low / size)::text, 8, '0'));
        UPDATE stream_head SET min_seq = low + size;
        gone := gone + 1;
    END LOOP;
    RETURN gone;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION event_make_room IS 'Adds partitions of event until the given number has one.';
COMMENT ON FUNCTION event_forget IS 'Drops whole partitions whose newest event is older than the given moment; returns how many.';
SELECT event_make_room(0);

CREATE TABLE command (
    actor    bigint      NOT NULL,
    key      uuid        NOT NULL,
    request  bytea       NOT NULL,
    response json,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor, key)
);
CREATE INDEX command_at ON command (at);
COMMENT ON TABLE command IS 'Commands that were carried out, so that a retry gets the same answer and has no second effect. Kept 90 days, longer than a tablet may be offline.';
COMMENT ON COLUMN command.actor IS 'Account that sent it; keys of different accounts never meet.';
COMMENT ON COLUMN command.request IS 'SHA-256 of the request: the same key with another request is refused.';
COMMENT ON COLUMN command.response IS 'What was answered: ids and versions, no personal data.';
