-- The schema in which every API instance writes events. The table has no row until a schema above 1 is chosen.
CREATE TABLE IF NOT EXISTS event_schema (
  id SMALLINT PRIMARY KEY CHECK (id = 1),
  schema_version BIGINT NOT NULL CHECK (schema_version > 1),
  chosen_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
