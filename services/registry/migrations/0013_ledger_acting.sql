-- Whose call began what is being done with a file: it goes on as this account's, and as nobody else's.
alter table ledger_file add column acting text not null default '';
