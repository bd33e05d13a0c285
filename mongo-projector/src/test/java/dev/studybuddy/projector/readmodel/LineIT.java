package dev.studybuddy.projector.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import dev.studybuddy.testkit.FaultyServer;
import dev.studybuddy.testkit.TestServers;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class LineIT {

    private static final List<Write> ONE =
            List.of(new Write.Update(new Document("_id", "d"), new Document("$inc", new Document("n", 1))));

    @Test
    void nothingOfALineIsSentToAServerThatCameBack() {
        try (FaultyServer server = TestServers.ownMongo()) {
            ConnectionAges ages = new ConnectionAges();
            try (MongoClient client = client(server, ages)) {
                Lines lines = new MongoLines(client, "studybuddy", ages);
                Line old = firstThatWrites(lines);
                server.kill();
                server.start();

                // The first write finds the connection dead, the next would get a new one.
                assertThatExceptionOfType(LineLostException.class).isThrownBy(() -> old.write("c", ONE));
                assertThatExceptionOfType(LineLostException.class)
                        .isThrownBy(() -> old.write("c", ONE))
                        .matches(lost -> !lost.outage());

                assertThat(firstThatWrites(lines).find("c", List.of("d")).getFirst())
                        .containsEntry("n", 2);
            }
        }
    }

    /** A line that is younger than the pool's first connection; writes once. */
    private static Line firstThatWrites(Lines lines) {
        LineLostException last = null;
        for (int tries = 0; tries < 20; tries++) {
            Line line = lines.open();
            try {
                line.write("c", ONE);
                return line;
            } catch (LineLostException younger) {
                last = younger;
            }
        }
        throw new AssertionError("no line wrote", last);
    }

    private static MongoClient client(FaultyServer server, ConnectionAges ages) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(server.url()))
                .retryWrites(false)
                .retryReads(false)
                .applyToConnectionPoolSettings(pool -> pool.addConnectionPoolListener(ages))
                // A second listener, as metrics are: the driver then calls them through another class.
                .addCommandListener(new CommandListener() {})
                .addCommandListener(ages)
                .build());
    }
}
