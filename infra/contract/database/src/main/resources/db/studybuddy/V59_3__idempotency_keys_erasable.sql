-- The bucket leads the index by time, because an index that starts with a time is one hot range on CockroachDB. The column
-- "about" holds the id of the person whose data the stored answer contains, if the answer is a user.
ALTER TABLE idempotency_keys
  ADD COLUMN IF NOT EXISTS bucket SMALLINT NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS about TEXT;
