-- The event log, in the layout of the eventsourcing library, with text ids. Position = notification_id.
create type stored_event_text as (originator_id text, originator_version bigint, topic text, state bytea);

-- Analysing and vacuuming wait for the writers' table lock and hold writers up: rarely, then.
create table {name}_events (
    originator_id text not null,
    originator_version bigint not null,
    topic text not null,
    state bytea not null,
    notification_id bigserial,
    primary key (originator_id, originator_version)
) with (
    autovacuum_vacuum_threshold = 100000000,
    autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_vacuum_insert_threshold = 1000000,
    autovacuum_analyze_threshold = 50000,
    autovacuum_analyze_scale_factor = 0.2
);

create unique index {name}_events_notification_id_idx on {name}_events (notification_id asc);

-- Answers of commands, kept 400 days: the same command id gives the same answer and decides nothing again.
create table command (
    id text primary key,
    answer jsonb not null,
    position bigint not null,
    at timestamptz not null
);

create index command_at on command (at);

-- What only one subject may hold: a credit code, an account's name.
create table claim (
    kind text not null,
    key text not null,
    subject text not null,
    primary key (kind, key)
);

create index claim_subject on claim (subject);

-- The log's last position of each minute, with the clock's instant: what was known at a time.
create table mark (
    minute timestamptz primary key,
    position bigint not null,
    instant timestamptz not null
);

create index mark_instant on mark (instant);
