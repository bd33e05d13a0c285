-- The owner of a shard writes here up to which creation time it has read the shard, and the next owner begins there.
-- It is a hint: NULL, or a wrong time, only delays events.
ALTER TABLE outbox_shard_lease ADD COLUMN IF NOT EXISTS read_from TIMESTAMPTZ;
