CREATE UNIQUE INDEX IF NOT EXISTS jobs_one_running_of_a_kind ON jobs (kind) WHERE state = 'running';
