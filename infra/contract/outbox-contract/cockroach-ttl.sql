-- This script is for CockroachDB only. An operator runs it by hand and sets publisher.retention.enabled=false, so that
-- the database deletes old rows instead of the publishers. A processed row expires 7 days after it was published.
-- A pending or dead-lettered row never expires.
-- AT TIME ZONE is needed because adding an interval to a TIMESTAMPTZ depends on the session's time zone, and the
-- expression must not depend on it.
-- By default a node deletes 100 rows per second, which is less than a busy outbox gains. The rate below is for each
-- node and bounds the load of the deletions. The job runs every four hours, as CockroachDB advises, so a row may stay
-- four hours longer.
ALTER TABLE outbox SET (
  ttl_expiration_expression = $$
    CASE WHEN processed AND dead_lettered_at IS NULL
      THEN ((processed_at AT TIME ZONE 'UTC') + INTERVAL '7 days') AT TIME ZONE 'UTC' END $$,
  ttl_delete_batch_size = 500,
  ttl_delete_rate_limit = 5000,
  ttl_job_cron = '0 */4 * * *'
);
