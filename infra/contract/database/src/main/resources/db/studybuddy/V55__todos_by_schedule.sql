CREATE INDEX IF NOT EXISTS todos_by_schedule ON todos (user_id, scheduled_for, created_at, id);
