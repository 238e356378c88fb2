-- Names and office telephones of role holders: mutable rows, encrypted, apart from the events (an event cannot forget).
create table holder (
    holder text primary key,
    subject text not null,
    sealed bytea not null,
    written_at timestamptz not null,
    ended_on date
);
create index holder_ended on holder (ended_on) where ended_on is not null;

-- Who read which holder in clear, when and why. It holds no name itself.
create table reveal_log (
    id bigint generated always as identity primary key,
    holder text not null,
    account text not null,
    reason text not null,
    at timestamptz not null
);
create index reveal_log_holder on reveal_log (holder, id);
