CREATE INDEX IF NOT EXISTS todos_by_subject ON todos (user_id, subject, created_at, id);
