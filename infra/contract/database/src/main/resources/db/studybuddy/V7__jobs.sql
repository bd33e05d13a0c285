CREATE TABLE IF NOT EXISTS jobs (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT jobs_state CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  subject TEXT NOT NULL DEFAULT '',
  settings JSONB NOT NULL DEFAULT '{}',
  cancel_requested BOOLEAN NOT NULL DEFAULT false,
  lease_owner TEXT,
  lease_epoch BIGINT NOT NULL DEFAULT 0,
  lease_expires_at TIMESTAMPTZ,
  cursor_position TEXT,
  done BIGINT NOT NULL DEFAULT 0,
  total BIGINT,
  result JSONB NOT NULL DEFAULT '{}',
  error TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  started_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ
);
