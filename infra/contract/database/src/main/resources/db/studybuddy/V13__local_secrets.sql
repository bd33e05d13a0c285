-- Keys that API instances in mode open share, where the environment gives none. Empty in any other mode.
CREATE TABLE IF NOT EXISTS local_secrets (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
