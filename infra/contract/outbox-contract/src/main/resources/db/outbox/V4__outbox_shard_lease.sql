CREATE TABLE IF NOT EXISTS outbox_shard_lease (
  shard SMALLINT PRIMARY KEY CONSTRAINT outbox_shard_lease_count CHECK (shard BETWEEN 0 AND 63),
  owner TEXT,
  epoch BIGINT NOT NULL DEFAULT 0,
  expires_at TIMESTAMPTZ NOT NULL DEFAULT '1970-01-01 00:00:00+00',
  sweep_requested_at TIMESTAMPTZ
);
