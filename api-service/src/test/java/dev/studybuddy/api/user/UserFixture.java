package dev.studybuddy.api.user;

import dev.studybuddy.api.testing.RunningApi;

/** This fixture calls the shared API, and counts the events of users in the outbox. */
abstract class UserFixture {

    final RunningApi api = RunningApi.shared();

    long events(String id, String type, long version) {
        return api.sql()
                .sql("SELECT count(*) FROM outbox WHERE aggregate_id = :id AND event_type = :type"
                        + " AND aggregate_version = :version")
                .param("id", id)
                .param("type", type)
                .param("version", version)
                .query(Long.class)
                .single();
    }

    static String body(String email) {
        return "{\"email\":\"" + email + "\",\"name\":\"A name\"}";
    }
}
