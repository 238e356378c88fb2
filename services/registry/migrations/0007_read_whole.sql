-- The events of units and accounts, a few among millions: every start of a service reads them all, in the log's order.
-- A new type of theirs needs an index that names it too.
create index registry_events_read_whole on registry_events (notification_id) where topic in (
    'account.changed.v1', 'account.closed.v1', 'account.opened.v1',
    'unit.closed.v1', 'unit.competent-department-set.v1', 'unit.demonstration-filled.v1', 'unit.fact-voided.v1',
    'unit.lead-body-set.v1', 'unit.moved.v1', 'unit.opened.v1', 'unit.renamed.v1'
);
