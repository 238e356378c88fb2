-- How often an account was given another password: what was signed before the last of them is refused.
alter table account add column passwords integer not null default 0;
drop index registry_events_read_whole;
create index registry_events_read_whole on registry_events (notification_id) where topic in (
    'account.changed.v1', 'account.closed.v1', 'account.opened.v1', 'account.password-set.v1',
    'unit.closed.v1', 'unit.competent-department-set.v1', 'unit.demonstration-filled.v1', 'unit.fact-voided.v1',
    'unit.lead-body-set.v1', 'unit.moved.v1', 'unit.opened.v1', 'unit.renamed.v1'
);
