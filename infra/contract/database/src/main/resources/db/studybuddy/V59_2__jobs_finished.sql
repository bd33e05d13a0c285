-- The retention reads the finished jobs of a kind along this index, oldest first.
CREATE INDEX IF NOT EXISTS jobs_finished ON jobs (kind, finished_at, id) WHERE finished_at IS NOT NULL;
