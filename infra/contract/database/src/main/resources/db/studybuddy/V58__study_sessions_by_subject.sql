CREATE INDEX IF NOT EXISTS study_sessions_by_subject ON study_sessions (user_id, subject, created_at, id);
