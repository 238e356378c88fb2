-- What was told last of each enterprise; apart from builds, so that a rebuild tells differences alone.
create table announced (
    subject text primary key,
    version integer not null,
    status text,
    duty text,
    episode text,
    since date,
    due date,
    clause text not null,
    rule_set text not null
);
