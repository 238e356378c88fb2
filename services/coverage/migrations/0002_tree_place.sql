-- How far the unit tree had been read: a topic that was made anew is not whole before it reaches this again.
create table tree_place (
    only boolean primary key default true check (only),
    position bigint not null
);
