-- The list of todos reads the todos of a range of days of completion along this index, which has no entry of an open todo.
CREATE INDEX IF NOT EXISTS todos_by_completion ON todos (user_id, completed_on) WHERE completed_on IS NOT NULL;
