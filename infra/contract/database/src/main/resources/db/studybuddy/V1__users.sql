CREATE TABLE IF NOT EXISTS users (
  id UUID PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  username TEXT,
  avatar TEXT,
  time_zone TEXT NOT NULL DEFAULT 'UTC',
  show_profile BOOLEAN NOT NULL DEFAULT true,
  version BIGINT NOT NULL CONSTRAINT users_version_from_one CHECK (version >= 1),
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT users_email_taken UNIQUE (email),
  CONSTRAINT users_username_taken UNIQUE (username)
);
