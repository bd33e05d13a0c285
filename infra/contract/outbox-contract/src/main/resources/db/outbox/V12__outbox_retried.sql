-- The rows that wait for their next attempt. A sync trigger ends these waits, however many rows are pending or dead-lettered. A row leaves
-- the index when its wait ends.
CREATE INDEX IF NOT EXISTS outbox_retried ON outbox (shard, id)
  WHERE retry_count > 0 AND processed = false AND next_attempt_at IS NOT NULL;
