package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.event.CommandListener;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class FencedSessionIT {

    private static final List<ConditionalWrite> ONE =
            List.of(new ConditionalWrite.Update(new Document("_id", "d"), new Document("$inc", new Document("n", 1))));

    @Test
    void aSessionSendsNothingToARestartedServer() {
        try (ControllableServer server = TestServers.startOwnMongo()) {
            ConnectionFence fence = new ConnectionFence();
            try (MongoClient client = client(server, fence)) {
                FencedSessions sessions = new MongoFencedSessions(client, "studybuddy", fence);
                FencedSession old = openWorkingSession(sessions);
                server.kill();
                server.start();

                // The first write fails on the closed connection. The second one would use a new connection.
                assertThatExceptionOfType(FencedSessionLostException.class).isThrownBy(() -> old.write("c", ONE));
                assertThatExceptionOfType(FencedSessionLostException.class)
                        .isThrownBy(() -> old.write("c", ONE))
                        .matches(lost -> !lost.isOutage());

                assertThat(openWorkingSession(sessions).find("c", List.of("d")).getFirst())
                        .containsEntry("n", 2);
            }
        }
    }

    @Test
    void aReadEndsWhenItsDocumentsExceedItsBound() {
        try (ControllableServer server = TestServers.startOwnMongo()) {
            ConnectionFence fence = new ConnectionFence();
            try (MongoClient client = client(server, fence)) {
                MongoCollection<Document> documents =
                        client.getDatabase("studybuddy").getCollection("large");
                for (String id : List.of("a", "b", "c")) {
                    documents.insertOne(new Document("_id", id)
                            .append("text", "x".repeat(1000))
                            .append("ignored", "x".repeat(10_000)));
                }
                FencedSession session = openWorkingSession(new MongoFencedSessions(client, "studybuddy", fence));

                assertThat(session.findWithin(4000, "large", List.of("a", "b", "c", "d"), List.of("text")))
                        .hasValueSatisfying(found -> assertThat(found)
                                .extracting(one -> one.getString("_id").getValue())
                                .containsExactlyInAnyOrder("a", "b", "c"));
                assertThat(session.findWithin(3000, "large", List.of("a", "b", "c"), List.of("text")))
                        .isEmpty();
                assertThat(session.findWithin(10, "large", List.of("b"), List.of("text")))
                        .hasValueSatisfying(found -> assertThat(found)
                                .singleElement()
                                .satisfies(one -> assertThat(one)
                                        .isEqualTo(new BsonDocument("_id", new BsonString("b"))
                                                .append("text", new BsonString("x".repeat(1000))))));
                assertThat(session.findWithin(10, "large", List.of("d"), List.of("text")))
                        .hasValue(List.of());
            }
        }
    }

    /**
     * Opens sessions until one of them can write, and returns it after one write. The earlier ones are lost because
     * their connections were opened after them.
     */
    private static FencedSession openWorkingSession(FencedSessions sessions) {
        FencedSessionLostException last = null;
        for (int tries = 0; tries < 20; tries++) {
            FencedSession session = sessions.open();
            try {
                session.write("c", ONE);
                return session;
            } catch (FencedSessionLostException lost) {
                last = lost;
            }
        }
        throw new AssertionError("every session was lost before it wrote", last);
    }

    private static MongoClient client(ControllableServer server, ConnectionFence fence) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(server.url()))
                .retryWrites(false)
                .retryReads(false)
                .applyToConnectionPoolSettings(pool -> pool.addConnectionPoolListener(fence))
                // With a second listener, such as one for metrics, the driver calls the listeners through another
                // class.
                .addCommandListener(new CommandListener() {})
                .addCommandListener(fence)
                .build());
    }
}
