package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.testing.ApiWithReadModel;

/** This fixture fills the outbox of an API that runs without a publisher. */
abstract class OutboxOperationsFixture extends ApiWithReadModel {

    /** Inserts pending events whose next attempt is in an hour. */
    void insertWaitingRows(int rows) {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at)
                        SELECT n % 64, 'todo', 'todo-' || n, 1, gen_random_uuid(), 'todo.created', '{}', 1,
                          now() + INTERVAL '1 hour'
                        FROM generate_series(1, :rows) AS n""").param("rows", rows).update();
    }
}
