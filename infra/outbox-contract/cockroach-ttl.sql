-- CockroachDB only, by hand, instead of the publishers' own deleter (publisher.retention.enabled=false):
-- processed rows go 7 days after they were published. A pending or dead-lettered row has no time to go.
-- AT TIME ZONE, since adding an interval to a TIMESTAMPTZ depends on the session's zone, which the expression may not.
ALTER TABLE outbox SET (
  ttl_expiration_expression = $$
    CASE WHEN processed AND dead_lettered_at IS NULL
      THEN ((processed_at AT TIME ZONE 'UTC') + INTERVAL '7 days') AT TIME ZONE 'UTC' END $$,
  ttl_job_cron = '@hourly'
);
