CREATE INDEX IF NOT EXISTS jobs_unfinished ON jobs (kind, created_at, id) WHERE state IN ('queued', 'running');
