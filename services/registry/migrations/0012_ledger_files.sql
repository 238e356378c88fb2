-- Ledgers handed in as files: what was read of each and what its check said, until a person confirms it.
create table ledger_file (
    id uuid primary key,
    unit text not null,
    account text not null,
    name text not null,
    state text not null check (state in ('checking', 'checked', 'applying', 'applied', 'failed', 'discarded')),
    begun timestamptz not null,
    effective date not null,
    count_source text not null,
    mapping text not null,
    reading jsonb not null,
    numbers jsonb not null,
    problem text not null default '',
    -- The statements and answers, packed; nothing of columns that were not read.
    content bytea not null
);
create index on ledger_file (unit, begun desc);
create index on ledger_file (begun);
