-- The list of jobs reads the newest jobs of each kind and state along this index.
CREATE INDEX IF NOT EXISTS jobs_by_kind_and_state ON jobs (kind, state, created_at, id);
