-- The subjects that a user has used: at most 500, so that a user's rollups stay bounded.
CREATE TABLE IF NOT EXISTS subjects (
  user_id UUID NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (user_id, subject)
);
