CREATE INDEX IF NOT EXISTS study_sessions_of_a_user ON study_sessions (user_id, created_at, id);
