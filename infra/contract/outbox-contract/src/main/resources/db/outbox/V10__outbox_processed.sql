-- The retention reads the rows of a shard along this index in the order in which they were published. Each mark writes
-- one more entry. Dead-lettered rows, which the retention keeps, are not in the index.
CREATE INDEX IF NOT EXISTS outbox_processed ON outbox (shard, processed_at)
  WHERE processed AND dead_lettered_at IS NULL;
