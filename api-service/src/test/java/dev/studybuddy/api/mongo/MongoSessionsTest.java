package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.studybuddy.contract.AggregateType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This test replaces the driver by recorders, because the embedded server has no sessions. */
class MongoSessionsTest {

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

    private ReadGeneration generation() {
        MongoDatabase database = fake(MongoDatabase.class, (proxy, method, arguments) -> collection());
        return new ReadGeneration("study", 1, EnumSet.allOf(AggregateType.class), database, null);
    }

    private MongoCollection<?> collection() {
        return fake(MongoCollection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("getTimeout")) {
                return null;
            }
            events.add(method.getName() + (arguments[0] instanceof ClientSession ? " in session" : " alone"));
            return method.getReturnType() == long.class
                    ? (Object) 0L
                    : fake(
                            FindIterable.class,
                            (found, call, ignored) -> call.getName().equals("iterator") ? cursor() : found);
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
