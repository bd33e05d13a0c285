package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ServerAddress;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ClusterType;
import com.mongodb.connection.ServerConnectionState;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This test replaces the driver by recorders, because the embedded server has no sessions. */
class MongoSessionsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> events = new ArrayList<>();
    private final ClientSession session = fake(ClientSession.class, (proxy, method, arguments) -> {
        events.add(method.getName());
        return null;
    });

    @Test
    void allReadsOfOneRequestUseOneCausallyConsistentSession() {
        try (MongoSessions.MongoSession mongoSession = new MongoSessions(client(30)).open()) {
            ReadGeneration generation = mongoSession.bind(generation());
            assertThat(generation.mirrors(AggregateType.TODO).find(new Document()))
                    .isNotNull();
            assertThat(generation.rollups().find()).isNotNull();
            assertThat(mongoSession
                            .bind(generation.database().getCollection("dead_letters"))
                            .find())
                    .isNotNull();
            assertThat(generation.rollups().countDocuments(new Document(), new CountOptions()))
                    .isZero();
            assertThat(generation.done()).isEmpty();
        }

        assertThat(events)
                .containsExactly(
                        "start causal=true",
                        "find in session",
                        "find in session",
                        "find in session",
                        "countDocuments in session",
                        "find in session",
                        "close");
    }

    @Test
    void readsOfAServerWithoutSessionsHaveNone() {
        try (MongoSessions.MongoSession mongoSession = new MongoSessions(client(null)).open()) {
            assertThat(mongoSession.bind(generation()).rollups().find()).isNotNull();
        }

        assertThat(events).containsExactly("find alone");
    }

    @Test
    void theGenerationRecordsOfOneRequestAreReadInItsSession() {
        MongoReadProperties properties = new MongoReadProperties(SECOND, SECOND, SECOND, 1, SECOND, SECOND);
        GenerationSelector active = new GenerationSelector(
                new MongoReadBreaker(properties),
                new MongoDatabases(database(), database()),
                properties,
                MonotonicClock.SYSTEM);
        try (MongoSessions.MongoSession mongoSession = new MongoSessions(client(30)).open()) {
            assertThat(mongoSession.readAll(new GenerationStore(database()))).isEmpty();
            assertThat(active.findAll(mongoSession)).isEmpty();
            assertThatThrownBy(() -> active.current("study", mongoSession))
                    .isInstanceOf(NoActiveGenerationException.class);
        }

        assertThat(events)
                .containsExactly("start causal=true", "find in session", "find in session", "find in session", "close");
    }

    private ReadGeneration generation() {
        return new ReadGeneration("study", 1, EnumSet.allOf(AggregateType.class), database(), null);
    }

    private MongoDatabase database() {
        return fake(MongoDatabase.class, (proxy, method, arguments) -> collection());
    }

    private MongoCollection<?> collection() {
        return fake(MongoCollection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("getTimeout")) {
                return null;
            }
            if (method.getReturnType() == MongoCollection.class) {
                return proxy;
            }
            events.add(method.getName() + (arguments[0] instanceof ClientSession ? " in session" : " alone"));
            return method.getReturnType() == long.class
                    ? (Object) 0L
                    : fake(FindIterable.class, (found, call, ignored) -> switch (call.getName()) {
                        case "iterator" -> cursor();
                        case "first" -> null;
                        default -> found;
                    });
        });
    }

    private static MongoCursor<?> cursor() {
        return fake(MongoCursor.class, (proxy, method, arguments) -> false);
    }

    private MongoClient client(@Nullable Integer sessionTimeoutMinutes) {
        ServerDescription server = ServerDescription.builder()
                .address(new ServerAddress())
                .state(ServerConnectionState.CONNECTED)
                .type(ServerType.REPLICA_SET_PRIMARY)
                .ok(true)
                .logicalSessionTimeoutMinutes(sessionTimeoutMinutes)
                .build();
        ClusterDescription cluster =
                new ClusterDescription(ClusterConnectionMode.MULTIPLE, ClusterType.REPLICA_SET, List.of(server));
        return fake(MongoClient.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getClusterDescription" -> cluster;
            case "startSession" -> {
                events.add("start causal=" + ((ClientSessionOptions) arguments[0]).isCausallyConsistent());
                yield session;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(MongoSessionsTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
