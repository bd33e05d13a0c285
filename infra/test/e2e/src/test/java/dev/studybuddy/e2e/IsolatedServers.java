package dev.studybuddy.e2e;

import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;

/** Provides one test with its own database, topics and collections on the servers that all tests share. */
public final class IsolatedServers implements AutoCloseable {

    private final TestDatabase database = TestServers.newDatabase();
    private final TestMongo mongo = TestServers.newMongoDatabase();
    private final TestTopics topics = new TestTopics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());

    /** Returns the addresses of the servers and the names of this test's own parts of them. */
    public AuditedServers servers() {
        return new AuditedServers(
                database.url(),
                database.username(),
                database.password(),
                TestServers.kafkaBootstrapServers(),
                mongo.uri(),
                topics.prefix());
    }

    @Override
    public void close() {
        topics.remove();
        mongo.close();
        database.close();
    }
}
