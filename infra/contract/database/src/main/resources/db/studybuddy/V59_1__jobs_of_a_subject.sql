-- The newest job of a kind and subject is read along this index, and the retention checks with it that a newer job exists.
CREATE INDEX IF NOT EXISTS jobs_of_a_subject ON jobs (kind, subject, created_at, id);
