-- This script is for CockroachDB only. An operator runs it by hand after the first migration. A marked row leaves an
-- old version in the table and in the index of pending rows, which each scan passes until it is removed: by default
-- after four hours, and after ten minutes with these settings. Queries AS OF SYSTEM TIME then reach back at most ten
-- minutes. Scheduled backups and changefeeds protect the versions that they still need.
ALTER TABLE outbox CONFIGURE ZONE USING gc.ttlseconds = 600;
ALTER INDEX outbox@outbox_pending CONFIGURE ZONE USING gc.ttlseconds = 600;
ALTER INDEX outbox@outbox_processed CONFIGURE ZONE USING gc.ttlseconds = 600;
