-- Relay: what the bus has acknowledged, saved after the answer. The log's position is the greatest tail.
create table relay (
    topic text not null,
    partition int not null,
    tail bigint not null,
    next_offset bigint not null,
    primary key (topic, partition)
);

-- Builds of projections: one serves, at most one is being built beside it.
create table build (
    projection text not null,
    number int not null,
    version int not null,
    state text not null check (state in ('building', 'serving', 'retired', 'dropped')),
    since timestamptz not null default now(),
    primary key (projection, number)
);

create unique index build_one_of_a_state on build (projection, state) where state in ('building', 'serving');

-- Where a build stands on each partition, and on which business date. `next_offset` is only where to seek first.
create table place (
    projection text not null,
    build int not null,
    partition int not null,
    position bigint not null,
    next_offset bigint not null,
    day date not null,
    assessed boolean not null,
    primary key (projection, build, partition)
);

-- Subjects whose events wait in the owner's log until `version` can be folded.
create table held (
    projection text not null,
    build int not null,
    partition int not null,
    subject text not null,
    version bigint not null,
    reason text not null check (reason in ('fault', 'gap')),
    since timestamptz not null,
    primary key (projection, build, subject)
);

-- What could not be taken, without its payload.
create table dead_letter (
    id bigint generated always as identity primary key,
    projection text not null,
    topic text not null,
    partition int not null,
    record_offset bigint not null,
    record_time bigint not null,
    subject text not null,
    version bigint not null,
    type text not null,
    reason text not null check (reason in ('fault', 'gap', 'foreign')),
    detail text not null,
    size int not null,
    seen_at timestamptz not null,
    state text not null default 'open' check (state in ('open', 'applied', 'discarded')),
    unique (projection, topic, partition, record_offset, record_time)
);

create index dead_letter_open on dead_letter (projection, subject) where state = 'open';

-- How far each policy has read its log.
create table policy_position (
    policy text primary key,
    position bigint not null
);
