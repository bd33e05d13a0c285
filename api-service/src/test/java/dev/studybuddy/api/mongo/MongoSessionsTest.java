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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** This test replaces the driver by recorders, because the embedded server has no sessions. */
class MongoSessionsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final MongoReadProperties PROPERTIES =
            new MongoReadProperties(SECOND, SECOND, SECOND, 1, SECOND, SECOND);

    private final List<String> events = new ArrayList<>();

    /** Only this server has answered the driver. A ping makes the driver find the primary. */
    private ServerType server = ServerType.REPLICA_SET_PRIMARY;

    private final ClientSession session = fake(ClientSession.class, (proxy, method, arguments) -> {
        events.add(method.getName());
        return null;
    });

    @Test
    void allReadsOfOneRequestUseOneCausallyConsistentSession() {
        try (MongoSessions.MongoSession mongoSession = sessions(30).open()) {
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
        try (MongoSessions.MongoSession mongoSession = sessions(null).open()) {
            assertThat(mongoSession.bind(generation()).rollups().find()).isNotNull();
        }

        assertThat(events).containsExactly("find alone");
    }

    /** The driver determines from primaries and secondaries alone whether the servers support sessions. */
    @ParameterizedTest
    @EnumSource(names = {"UNKNOWN", "REPLICA_SET_ARBITER"})
    void aSessionWaitsForThePrimaryIfNoneHasAnsweredTheDriver(ServerType answered) {
        server = answered;

        try (MongoSessions.MongoSession mongoSession = sessions(30).open()) {
            assertThat(mongoSession.bind(generation()).rollups().find()).isNotNull();
        }

        assertThat(events).containsExactly("ping", "start causal=true", "find in session", "close");
    }

    @Test
    void theGenerationRecordsOfOneRequestAreReadInItsSession() {
        GenerationSelector active = new GenerationSelector(
                new MongoReadBreaker(PROPERTIES),
                new MongoDatabases(database(), database()),
                PROPERTIES,
                MonotonicClock.SYSTEM);
        try (MongoSessions.MongoSession mongoSession = sessions(30).open()) {
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

    private MongoSessions sessions(@Nullable Integer sessionTimeoutMinutes) {
        return new MongoSessions(
                client(sessionTimeoutMinutes),
                new MongoDatabases(database(), database()),
                new MongoReadBreaker(PROPERTIES));
    }

    private MongoDatabase database() {
        return fake(MongoDatabase.class, (proxy, method, arguments) -> {
            if (method.getName().equals("runCommand")) {
                events.add("ping");
                server = ServerType.REPLICA_SET_PRIMARY;
                return new Document("ok", 1);
            }
            return collection();
        });
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
        return fake(MongoClient.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getClusterDescription" ->
                new ClusterDescription(
                        ClusterConnectionMode.MULTIPLE,
                        ClusterType.REPLICA_SET,
                        List.of(describe(server, sessionTimeoutMinutes)));
            case "startSession" -> {
                events.add("start causal=" + ((ClientSessionOptions) arguments[0]).isCausallyConsistent());
                yield session;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static ServerDescription describe(ServerType type, @Nullable Integer sessionTimeoutMinutes) {
        boolean answered = type != ServerType.UNKNOWN;
        return ServerDescription.builder()
                .address(new ServerAddress())
                .state(answered ? ServerConnectionState.CONNECTED : ServerConnectionState.CONNECTING)
                .type(type)
                .ok(answered)
                .logicalSessionTimeoutMinutes(answered ? sessionTimeoutMinutes : null)
                .build();
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(MongoSessionsTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
