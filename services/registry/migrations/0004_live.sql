-- How far each live source was taken: written in the transaction of the events.
create table live_source (
    source text primary key,
    cursor bigint not null default 0,
    taken_at timestamptz,
    snapshot_cursor bigint not null default 0,
    snapshot_at timestamptz
);

-- The newest record of each enterprise that was taken, by which duplicates and late records are known.
create table live_record (
    source text not null,
    code text not null,
    cursor bigint not null,
    hash bytea not null,
    day date not null,
    gone boolean not null,
    primary key (source, code)
);

-- Records that could not be taken, until a newer record of the same enterprise can. No person stands in them.
create table live_fault (
    source text not null,
    cursor bigint not null,
    code text not null,
    field text not null,
    reason text not null,
    at timestamptz not null,
    primary key (source, cursor, code, field)
);
