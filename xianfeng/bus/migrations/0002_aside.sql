-- A build aside is made once, of a log up to a position, and never fed again; `since` is when it was last asked for.
alter table build drop constraint build_state_check;
alter table build add constraint build_state_check
    check (state in ('building', 'serving', 'aside', 'retired', 'dropped'));
