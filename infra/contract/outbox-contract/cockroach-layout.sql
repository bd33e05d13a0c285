-- This script is for CockroachDB only. An operator runs it by hand on an empty database, after
-- infra/deploy/sql/users.sql and before the first migration, which then finds the table. The event has a column family
-- of its own, so that a mark does not write the payload again.
-- One range for each shard lets all nodes take writes from the beginning.
-- The columns and constraints are those of V1__outbox.sql.
CREATE TABLE IF NOT EXISTS outbox (
  shard SMALLINT NOT NULL CONSTRAINT outbox_shard_count CHECK (shard BETWEEN 0 AND 63),
  aggregate_type TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  aggregate_version BIGINT NOT NULL CONSTRAINT outbox_version_from_one CHECK (aggregate_version >= 1),
  id UUID NOT NULL,
  event_type TEXT NOT NULL,
  payload JSONB NOT NULL,
  headers JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  processed BOOLEAN NOT NULL DEFAULT false,
  processed_at TIMESTAMPTZ,
  sent_partition BIGINT,
  sent_offset BIGINT,
  retry_count BIGINT NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ,
  last_error TEXT,
  dead_lettered_at TIMESTAMPTZ,
  PRIMARY KEY (shard, aggregate_type, aggregate_id, aggregate_version, id),
  FAMILY state (
    shard, aggregate_type, aggregate_id, aggregate_version, id, created_at, processed, processed_at, sent_partition,
    sent_offset, retry_count, next_attempt_at, last_error, dead_lettered_at
  ),
  FAMILY event (event_type, payload, headers)
);
ALTER TABLE outbox SPLIT AT SELECT generate_series(1, 63);
-- The migrations create indexes on the table, and api-service writes it. Remove these statements if one user does both.
ALTER TABLE outbox OWNER TO studybuddy_migrations;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO studybuddy_api;
