package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoSocketException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.WriteConcern;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ClusterType;
import com.mongodb.connection.ServerConnectionState;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This test replaces the driver by recorders, because the embedded server has no sessions. */
class MongoFencedSessionsTest {

    private static final List<ConditionalWrite> WRITES = Stream.of("c", "d")
            .<ConditionalWrite>map(id ->
                    new ConditionalWrite.Update(new Document("_id", id), new Document("$inc", new Document("n", 1))))
            .toList();

    private final List<String> events = new ArrayList<>();

    /** These are the read preference and the concerns that the sessions use. */
    private final List<Object> guarantees = new ArrayList<>();

    /** This server is the only one that has answered the driver. A ping makes the driver find the primary. */
    private ServerDescription server = describe(ServerType.REPLICA_SET_PRIMARY);

    private boolean pingFails;

    /** The server refuses the second write of each bulk with this code; 0 if it refuses none. */
    private int refusalCode;

    /** The server refuses each command on a collection with this code; 0 if it refuses none. */
    private int commandCode;

    /**
     * The answer of the ping contains the time of the last write that the primary has. The session is causally
     * consistent, so its reads include this write, even if the answer to it was lost.
     */
    @Test
    void aNewSessionPingsThePrimaryBeforeItsFirstRead() {
        FencedSessions sessions = new MongoFencedSessions(client(), "studybuddy", new ConnectionFence());

        try (FencedSession session = sessions.open()) {
            assertThat(session.find("journals", List.of("todo-0"))).isEmpty();
        }

        assertThat(events).containsExactly("start causal=true", "ping in session", "find in session", "close");
    }

    /** The driver ignores arbiters when it determines whether the servers support sessions. */
    @Test
    void aSessionWaitsForThePrimaryIfOnlyAnArbiterHasAnswered() {
        server = describe(ServerType.REPLICA_SET_ARBITER);

        try (FencedSession session = openSession()) {
            assertThat(session.find("journals", List.of("todo-0"))).isEmpty();
        }

        assertThat(events)
                .containsExactly("ping alone", "start causal=true", "ping in session", "find in session", "close");
    }

    @Test
    void aSessionWhoseFirstCommandFailsIsClosedAndLost() {
        pingFails = true;
        FencedSessions sessions = new MongoFencedSessions(client(), "studybuddy", new ConnectionFence());

        assertThatExceptionOfType(FencedSessionLostException.class)
                .isThrownBy(sessions::open)
                .matches(FencedSessionLostException::isOutage);

        assertThat(events).containsExactly("start causal=true", "ping in session", "close");
    }

    @Test
    void allReadsAndWritesUseThePrimaryAndAMajority() {
        try (FencedSession session = openSession()) {
            assertThat(session.find("journals", List.of("todo-0"))).isEmpty();
        }

        assertThat(guarantees)
                .containsExactlyInAnyOrder(ReadPreference.primary(), ReadConcern.MAJORITY, WriteConcern.MAJORITY);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 82, 371, 987_654_321})
    void aRefusedReplacementIsNoOutageAndNamesItsDocument(int code) {
        refusalCode = code;

        try (FencedSession session = openSession()) {
            assertThatExceptionOfType(TemporaryRefusalException.class)
                    .isThrownBy(() -> session.replaceAll("journals", replacements()))
                    .matches(refused -> refused.collection().equals("journals")
                            && refused.documentId().equals("todo-1")
                            && refused.code() == code);
        }
    }

    /** The server is not the primary, steps down or shuts down, so it refuses all other writes too. */
    @ParameterizedTest
    @ValueSource(ints = {189, 10107, 11600, 11602, 13435})
    void aWriteThatFailsBecauseOfAnOutageLosesTheSession(int code) {
        refusalCode = code;

        try (FencedSession session = openSession()) {
            assertThatExceptionOfType(FencedSessionLostException.class)
                    .isThrownBy(() -> session.replaceAll("journals", replacements()))
                    .matches(FencedSessionLostException::isOutage);
            assertThatExceptionOfType(FencedSessionLostException.class)
                    .isThrownBy(() -> session.write("mirrors", WRITES))
                    .matches(FencedSessionLostException::isOutage);
        }
    }

    /** A router reports these codes for the writes that need a shard which it cannot reach or which shuts down. */
    @ParameterizedTest
    @ValueSource(ints = {6, 7, 89, 91, 9001})
    void aWriteToAnUnavailableShardIsRefusedAloneAndTemporarily(int code) {
        refusalCode = code;

        try (FencedSession session = openSession()) {
            assertThat(session.write("mirrors", WRITES)).singleElement().satisfies(refusal -> {
                assertThat(refusal.index()).isEqualTo(1);
                assertThat(refusal.code()).isEqualTo(code);
                assertThat(refusal.kind()).isEqualTo(WriteRefusal.Kind.TEMPORARY);
            });
            assertThatExceptionOfType(TemporaryRefusalException.class)
                    .isThrownBy(() -> session.replaceAll("journals", replacements()))
                    .matches(refused -> refused.documentId().equals("todo-1") && refused.code() == code);
        }
    }

    @Test
    void aRefusedCommandIsNoOutageAndNamesTheCommandAndTheCode() {
        commandCode = 13;

        try (FencedSession session = openSession()) {
            assertRefused(() -> session.find("journals", List.of("todo-0")), "find of journals");
            assertRefused(() -> session.replaceAll("journals", replacements()), "update of journals");
            assertRefused(() -> session.write("mirrors", WRITES), "update of mirrors");
        }
    }

    private static void assertRefused(ThrowingCallable operation, String command) {
        assertThatExceptionOfType(FencedSessionLostException.class)
                .isThrownBy(operation)
                .withMessage(
                        "MongoDB refuses the command " + command + " now, with code 13 (Unauthorized): not allowed")
                .matches(lost -> lost.isRefusedCommand() && !lost.isOutage());
    }

    /** The code 11600 reports that the server shuts down. */
    @Test
    void aCommandThatFailsBecauseOfAnOutageIsAnOutage() {
        commandCode = 11600;

        try (FencedSession session = openSession()) {
            assertThatExceptionOfType(FencedSessionLostException.class)
                    .isThrownBy(() -> session.find("journals", List.of("todo-0")))
                    .matches(FencedSessionLostException::isOutage);
        }
    }

    private FencedSession openSession() {
        return new MongoFencedSessions(client(), "studybuddy", new ConnectionFence()).open();
    }

    private static List<FencedSession.Replacement> replacements() {
        return Stream.of("todo-0", "todo-1")
                .map(id -> new FencedSession.Replacement(new Document("_id", id), new Document("_id", id)))
                .toList();
    }

    private MongoClient client() {
        ClientSession session = fake(ClientSession.class, (proxy, method, arguments) -> {
            events.add(method.getName());
            return null;
        });
        return fake(MongoClient.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getClusterDescription" ->
                new ClusterDescription(ClusterConnectionMode.MULTIPLE, ClusterType.REPLICA_SET, List.of(server));
            case "getDatabase" -> database();
            case "startSession" -> {
                events.add("start causal=" + ((ClientSessionOptions) arguments[0]).isCausallyConsistent());
                yield session;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private MongoDatabase database() {
        return fake(MongoDatabase.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getCodecRegistry" -> MongoClientSettings.getDefaultCodecRegistry();
            case "withCodecRegistry" -> proxy;
            case "withReadPreference", "withReadConcern", "withWriteConcern" -> {
                guarantees.add(arguments[0]);
                yield proxy;
            }
            case "getCollection" -> collection();
            case "runCommand" -> {
                events.add("ping" + place(arguments[0]));
                if (pingFails) {
                    throw new MongoSocketException("the connection was cut", new ServerAddress());
                }
                server = describe(ServerType.REPLICA_SET_PRIMARY);
                yield new Document("ok", 1);
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private MongoCollection<?> collection() {
        return fake(MongoCollection.class, (proxy, method, arguments) -> {
            events.add(method.getName() + place(arguments[0]));
            if (commandCode != 0) {
                throw new MongoCommandException(
                        BsonDocument.parse(
                                "{ok: 0, code: " + commandCode + ", codeName: 'Unauthorized', errmsg: 'not allowed'}"),
                        new ServerAddress());
            }
            if (refusalCode != 0) {
                throw new MongoBulkWriteException(
                        BulkWriteResult.unacknowledged(),
                        List.of(new BulkWriteError(refusalCode, "not now", new BsonDocument(), 1)),
                        null,
                        new ServerAddress(),
                        Set.of());
            }
            return fake(
                    FindIterable.class, (found, call, given) -> call.getName().equals("into") ? given[0] : found);
        });
    }

    private static ServerDescription describe(ServerType type) {
        return ServerDescription.builder()
                .address(new ServerAddress())
                .state(ServerConnectionState.CONNECTED)
                .type(type)
                .ok(true)
                .logicalSessionTimeoutMinutes(30)
                .build();
    }

    private static String place(Object firstArgument) {
        return firstArgument instanceof ClientSession ? " in session" : " alone";
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return (T)
                Proxy.newProxyInstance(MongoFencedSessionsTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
