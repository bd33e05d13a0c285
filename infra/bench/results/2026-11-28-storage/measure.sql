-- Measures the bytes of one event in the outbox on PostgreSQL, with todos of about 400 bytes as payload. The database is
-- empty, and the scripts of db/outbox have run. Run it with psql -X -A -F, -f measure.sql.
INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers)
SELECT n % 64, 'todo', CAST(gen_random_uuid() AS TEXT), 1, gen_random_uuid(), 'todo.updated',
  jsonb_build_object('id', gen_random_uuid(), 'userId', gen_random_uuid(), 'title', 'Chapter ' || n || ' of the book', 'subject', 'Math',
    'difficulty', 'hard', 'questionsTarget', 10, 'questionsCompleted', 7, 'completed', true,
    'completedAt', '2026-11-28T10:00:00.000000Z', 'completedOn', '2026-11-28', 'scheduledFor', '2026-11-28', 'version', 2,
    'createdAt', '2026-11-28T09:00:00.000000Z', 'updatedAt', '2026-11-28T10:00:00.000000Z'),
  '{"schemaversion": "1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}'
FROM generate_series(1, 100000) AS n;
VACUUM FULL outbox;
SELECT 'pending row' AS what, pg_total_relation_size('outbox') / 100000 AS bytes_with_indexes, pg_relation_size('outbox') / 100000 AS bytes_of_table,
  (SELECT avg(octet_length(CAST(payload AS TEXT)))::int FROM outbox) AS bytes_of_payload FROM (SELECT 1) AS one;
UPDATE outbox SET processed = true, processed_at = now(), sent_partition = 1, sent_offset = 1;
VACUUM FULL outbox;
SELECT 'processed row', pg_total_relation_size('outbox') / 100000, pg_relation_size('outbox') / 100000, 0;
