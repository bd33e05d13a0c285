-- One row for each shard: the schema's own statement of how many there are.
INSERT INTO outbox_shard_lease (shard) SELECT n FROM generate_series(0, 63) AS n ON CONFLICT (shard) DO NOTHING;
