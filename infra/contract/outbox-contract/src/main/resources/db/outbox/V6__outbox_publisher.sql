CREATE TABLE IF NOT EXISTS outbox_publisher (
  id TEXT PRIMARY KEY,
  address TEXT,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  seen_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
