-- The deleted aggregates whose personal data is not yet erased from the outbox, the dead letters and the read models. A row
-- is inserted in the transaction of the deletion, and deleted when nothing of the aggregate is left.
CREATE TABLE IF NOT EXISTS pending_erasures (
  aggregate_type TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (aggregate_type, aggregate_id)
);
