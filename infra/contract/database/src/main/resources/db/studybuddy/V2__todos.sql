-- No foreign key to users: every write of a todo reads its user's row in the same transaction.
CREATE TABLE IF NOT EXISTS todos (
  id UUID PRIMARY KEY,
  user_id UUID NOT NULL,
  title TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  difficulty TEXT NOT NULL CONSTRAINT todos_difficulty CHECK (difficulty IN ('easy', 'medium', 'hard')),
  questions_target BIGINT NOT NULL DEFAULT 0,
  questions_completed BIGINT NOT NULL DEFAULT 0,
  completed BOOLEAN NOT NULL DEFAULT false,
  completed_at TIMESTAMPTZ,
  completed_on DATE,
  scheduled_for DATE,
  version BIGINT NOT NULL CONSTRAINT todos_version_from_one CHECK (version >= 1),
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
