-- How each unit's monthly report stands: a list to look at. The facts are in the events.
create table report_state (
    subject text primary key,
    unit text not null,
    month text not null,
    state text not null check (state in ('sent', 'returned', 'excused')),
    edition integer not null,
    actor text not null,
    at timestamptz not null,
    -- Why it was sent back, or is not asked for.
    reason text not null,
    unique (unit, month)
);

-- The editions themselves, compressed, as they were sent. Nothing makes them again: they never change.
create table report_edition (
    subject text not null,
    edition integer not null,
    unit text not null,
    month text not null,
    cutoff date not null,
    digest text not null,
    content bytea not null,
    notes text[] not null,
    actor text not null,
    at timestamptz not null,
    primary key (subject, edition)
);
alter table report_edition alter column content set storage external;

create function report_edition_stays() returns trigger language plpgsql as $$
begin
    raise exception 'an edition of a report never changes';
end $$;
create trigger report_edition_stays before update or delete on report_edition
    for each row execute function report_edition_stays();
