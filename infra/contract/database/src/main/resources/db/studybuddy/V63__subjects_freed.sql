-- A freed subject does not count towards the 500 subjects of a user, but its row counts towards the subjects that the user ever used.
ALTER TABLE subjects ADD COLUMN IF NOT EXISTS freed BOOLEAN NOT NULL DEFAULT false;
