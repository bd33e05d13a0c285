CREATE TABLE IF NOT EXISTS study_sessions (
  id UUID PRIMARY KEY,
  user_id UUID NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  session_type TEXT NOT NULL CONSTRAINT study_sessions_type CHECK (session_type IN ('pomodoro', 'stopwatch', 'manual')),
  minutes BIGINT NOT NULL,
  completed_at TIMESTAMPTZ NOT NULL,
  completed_on DATE NOT NULL,
  version BIGINT NOT NULL CONSTRAINT study_sessions_version_from_one CHECK (version >= 1),
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
