CREATE INDEX IF NOT EXISTS study_sessions_by_completion ON study_sessions (user_id, completed_at, id);
