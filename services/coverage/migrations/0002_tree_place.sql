-- How far the unit tree had been read: a topic that was made anew is not whole before it reaches this again.
create table tree_place (
    topic text primary key,
    position bigint not null
);
