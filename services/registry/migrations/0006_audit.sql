-- Who looked at, printed or took out which list, when, of which unit: no content, only how much (domain §9).
create table view_log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account text not null,
    action text not null check (action in ('view', 'print', 'export')),
    what text not null,
    unit text not null,
    rows bigint not null
);
create index view_log_at on view_log (at, id);
create index reveal_log_at on reveal_log (at, id);

create function log_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'a log of views is only added to';
end $$;
create trigger view_log_is_kept before update or delete on view_log for each row execute function log_is_kept();
create trigger reveal_log_is_kept before update or delete on reveal_log for each row execute function log_is_kept();

-- What was put right, and what was decided from above: few among many events, and asked for by their time.
create index registry_events_audit on registry_events (notification_id)
 where position('"correction":{'::bytea in state) > 0 or strpos(topic, '.fact-voided.') > 0
    or strpos(topic, 'enterprise.scope-') > 0 or strpos(topic, 'enterprise.not-ready-') > 0
    or strpos(topic, 'enterprise.proposal-') > 0;
