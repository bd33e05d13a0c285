package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GenerationSelectorIT {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration ACTIVATION_WAIT = Duration.ofSeconds(5);

    private static final MongoReadProperties PROPERTIES =
            new MongoReadProperties(SECOND, SECOND, SECOND, 1, SECOND, ACTIVATION_WAIT);

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void theWaitForANewGenerationEndsEvenIfNoComparisonSucceeds() {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                ReadModelFixture first = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
                ReadModelFixture second = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            first.activate();
            MongoDatabase failing = withoutJournals(client.getDatabase(mongo.databaseName()));
            MongoDatabases databases = new MongoDatabases(failing, failing);
            MongoReadBreaker breaker = new MongoReadBreaker(PROPERTIES);
            GenerationSelector selector = new GenerationSelector(breaker, databases, PROPERTIES, nanos::get);
            try (MongoSessions.MongoSession session = new MongoSessions(client, databases, breaker).open()) {
                assertThat(selector.current(Names.STUDY, session).number()).isEqualTo(1);
                second.activate();

                nanos.addAndGet(SECOND.toNanos());
                assertThatIllegalStateException().isThrownBy(() -> selector.current(Names.STUDY, session));
                nanos.addAndGet(ACTIVATION_WAIT.toNanos());

                assertThat(selector.current(Names.STUDY, session).number()).isEqualTo(2);
            }
        }
    }

    /** Returns a database in which each use of the first generation's journals fails. */
    private static MongoDatabase withoutJournals(MongoDatabase database) {
        return (MongoDatabase) Proxy.newProxyInstance(
                GenerationSelectorIT.class.getClassLoader(),
                new Class<?>[] {MongoDatabase.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getCollection")
                            && arguments[0].equals(Names.journal(Names.STUDY, 1))) {
                        throw new IllegalStateException("the journals cannot be read");
                    }
                    return method.invoke(database, arguments);
                });
    }
}
