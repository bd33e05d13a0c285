-- What a poll walks: only what is pending, and never a timestamp first (on CockroachDB that is one hot range).
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (shard, created_at, id) WHERE processed = false;
