-- The check states what a writer may insert beyond the types of the columns. It concerns new rows only: it holds for every row that is
-- processed or has a failed attempt, so that a row that was written before this check can still be marked, retried and dead-lettered. NOT
-- VALID accepts the rows that exist.
ALTER TABLE outbox DROP CONSTRAINT IF EXISTS outbox_new_row;

ALTER TABLE outbox ADD CONSTRAINT outbox_new_row CHECK (
  processed
  OR retry_count > 0
  OR (
    retry_count = 0
    AND jsonb_typeof(headers) = 'object'
    AND created_at >= '2000-01-01 00:00:00+00'
    AND created_at < '3000-01-01 00:00:00+00'
    AND length(aggregate_type) <= 200
    AND length(aggregate_id) <= 1000
    AND length(event_type) <= 1000
    AND id <> '00000000-0000-0000-0000-000000000000'
  )
) NOT VALID;
