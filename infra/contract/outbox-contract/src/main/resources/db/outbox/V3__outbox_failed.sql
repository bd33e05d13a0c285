-- Rows with a failed attempt, dead-lettered ones among them: few, and what an operator asks for.
CREATE INDEX IF NOT EXISTS outbox_failed ON outbox (shard, id) WHERE retry_count > 0;
