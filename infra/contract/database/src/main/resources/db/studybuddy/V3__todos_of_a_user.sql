CREATE INDEX IF NOT EXISTS todos_of_a_user ON todos (user_id, created_at, id);
