-- The aggregate types whose events no publisher sends, because an operator paused them. The type '*' stands for all types.
CREATE TABLE IF NOT EXISTS outbox_pause (
  aggregate_type TEXT PRIMARY KEY,
  paused_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  paused_by TEXT NOT NULL,
  reason TEXT NOT NULL
);
