-- An export's rows come and go with its import, one at a time and by the same few statements: to look for the import
-- again behind each of some hundred thousand rows took longer than half of what else it takes to store them.
alter table feed_row drop constraint feed_row_import_fkey;
