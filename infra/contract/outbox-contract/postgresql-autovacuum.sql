-- This script is for PostgreSQL only. An operator runs it by hand after the first migration. By default PostgreSQL
-- removes the dead entries of an index when a fifth of the table has changed, which is late for an outbox that keeps
-- its rows for days. With these settings it does so after 50 000 changed rows, at any size of the table.
ALTER TABLE outbox SET (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 50000,
  autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 50000
);
