package dev.studybuddy.projector.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ServerDescription;
import java.util.List;
import org.bson.Document;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Opens fenced sessions over the driver's connection pool. Each has a causally consistent driver session if the server
 * supports sessions.
 */
final class MongoFencedSessions implements FencedSessions {

    private static final Document PING = new Document("ping", 1);
    private static final ClientSessionOptions CAUSAL =
            ClientSessionOptions.builder().causallyConsistent(true).build();

    private final MongoClient client;
    private final MongoDatabase database;
    private final ConnectionFence fence;

    /**
     * Creates a factory of sessions.
     *
     * @param client the driver's client, which must not retry operations
     * @param database the name of the database
     * @param fence the client's listener for commands and for its connection pool
     */
    MongoFencedSessions(MongoClient client, String database, ConnectionFence fence) {
        this.client = client;
        MongoDatabase plain = client.getDatabase(database);
        CodecRegistry codecs = CodecRegistries.fromRegistries(
                CodecRegistries.fromCodecs(new PlainDocumentCodec(plain.getCodecRegistry())), plain.getCodecRegistry());
        this.database = plain.withCodecRegistry(codecs)
                .withReadPreference(ReadPreference.primary())
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY);
        this.fence = fence;
    }

    @Override
    public FencedSession open() {
        ClientSession session = startSession();
        if (session != null) {
            awaitPresentState(session);
        }
        return new MongoFencedSession(database, session, fence, fence.now(), List.of());
    }

    /**
     * Makes the reads of a new session wait until a majority has the state that the primary has now. A lost session may
     * have decided a batch without an answer. Without this wait, majority reads would show the position before that
     * batch: the projector would plan the batch again and again, and no decision would match the journal until a
     * majority has the earlier decision.
     */
    private void awaitPresentState(ClientSession session) {
        try {
            database.runCommand(session, PING);
        } catch (MongoException failed) {
            session.close();
            throw CommandFailures.toOutage(failed);
        }
    }

    @Override
    public FencedSession join(List<FencedSession> sessions) {
        List<MongoFencedSession> joined =
                sessions.stream().map(MongoFencedSession.class::cast).toList();
        long oldest = joined.stream().mapToLong(MongoFencedSession::point).min().orElseThrow();
        return new MongoFencedSession(database, startSession(), fence, oldest, joined);
    }

    private @Nullable ClientSession startSession() {
        try {
            // Only primaries and secondaries report whether they support sessions. An arbiter or a server that recovers
            // may answer the driver before them, so the ping waits for the primary.
            if (client.getClusterDescription().getServerDescriptions().stream()
                    .noneMatch(ServerDescription::isPrimary)) {
                database.runCommand(PING);
            }
            // A server without sessions is standalone, so each read returns all earlier writes even without a session.
            return client.getClusterDescription().getLogicalSessionTimeoutMinutes() == null
                    ? null
                    : client.startSession(CAUSAL);
        } catch (MongoException failed) {
            throw CommandFailures.toOutage(failed);
        }
    }
}
