-- What a registry said of an enterprise, the last time one of its exports or its live feed named it. Beside the
-- events, in their transactions: it tells what is new in the next export, and is no fact about the enterprise.
create table feed_known (
    source text not null,
    code text not null,
    subject text not null,
    -- Of the columns that are kept; `stated` are those columns.
    digest bytea not null,
    stated jsonb not null,
    as_of date not null,
    -- The aggregate's version, home unit and registry status when it was compared, and where the address lies.
    version integer not null,
    unit text not null,
    status text not null,
    place text not null,
    -- The registry's word of a status that nobody has resolved yet.
    word text not null,
    primary key (source, code)
);
create index feed_known_code on feed_known (code);
create index feed_known_word on feed_known (word) where word <> '';

-- Status words that a person has resolved.
create table feed_status (
    word text primary key,
    status text not null,
    actor text not null,
    at timestamptz not null
);

-- Where a registry and the offices differ: a list to work through. The facts stand in the events.
create table feed_difference (
    subject text not null,
    field text not null,
    known text not null,
    reported text not null,
    source text not null,
    code text not null,
    raised_on date not null,
    settled boolean not null default false,
    primary key (subject, field, reported)
);
create index feed_difference_open on feed_difference (subject) where not settled;

-- An export on its way in, and those that wait for a person.
create table feed_import (
    id text primary key,
    source text not null,
    as_of date not null,
    hash text not null,
    file text not null,
    actor text not null,
    unit text not null,
    state text not null check (state in ('staging', 'waiting', 'applying', 'done', 'cancelled')),
    dry_run boolean not null,
    begun timestamptz not null,
    -- The last row that was taken, and what came of the rows up to it.
    taken integer not null default 0,
    counts jsonb not null default '{}',
    -- Why it waits: units and how many of their enterprises would become inactive.
    waits jsonb not null default '[]'
);
create index feed_import_open on feed_import (source, as_of, hash) where state not in ('done', 'cancelled');

create table feed_row (
    import text not null references feed_import on delete cascade,
    number integer not null,
    code text not null,
    digest bytea not null,
    status text not null,
    body bytea not null,
    primary key (import, number)
);

create table feed_fault (
    import text not null references feed_import on delete cascade,
    number integer not null,
    field text not null,
    value text not null,
    reason text not null,
    detail text not null,
    primary key (import, number, field)
);
