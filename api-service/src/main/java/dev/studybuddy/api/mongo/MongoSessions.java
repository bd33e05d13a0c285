package dev.studybuddy.api.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.connection.ServerDescription;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Opens one causally consistent session of the driver for each request. Without such a session, a read after a
 * fail-over may use an earlier state than the read before it.
 */
@Component
public final class MongoSessions {

    private static final ClientSessionOptions CAUSAL =
            ClientSessionOptions.builder().causallyConsistent(true).build();

    private static final Document PING = new Document("ping", 1);

    private final MongoClient client;
    private final MongoDatabases databases;
    private final MongoReadBreaker breaker;

    MongoSessions(MongoClient requestMongo, MongoDatabases databases, MongoReadBreaker breaker) {
        this.client = requestMongo;
        this.databases = databases;
        this.breaker = breaker;
    }

    /**
     * Holds the session of the driver for one request, or none if the server does not support sessions. The request
     * closes it.
     */
    public static final class MongoSession implements AutoCloseable {
        private final @Nullable ClientSession session;

        private MongoSession(@Nullable ClientSession session) {
            this.session = session;
        }

        /** Returns the generation, with all its reads in this session. */
        public ReadGeneration bind(ReadGeneration generation) {
            return generation.withSession(session);
        }

        /** Returns the collection, with all its reads in this session. */
        public ReadCollection bind(MongoCollection<Document> collection) {
            return new ReadCollection(collection, session);
        }

        /**
         * Reads the generation record of a read model in this session. The result is empty if the record does not
         * exist.
         */
        public Optional<GenerationRecord> read(GenerationStore store, String model) {
            return store.read(model, session);
        }

        /** Reads the generation records of all read models in this session. */
        public List<GenerationRecord> readAll(GenerationStore store) {
            return store.readAll(session);
        }

        @Override
        public void close() {
            if (session != null) {
                session.close();
            }
        }
    }

    /**
     * Opens a session. A server that does not support sessions is a standalone server, on which each read shows all
     * earlier writes. Reads of such a server use no session of the driver.
     *
     * @throws MongoUnavailableException if the driver has found no primary, and no primary answers in time
     */
    public MongoSession open() {
        // Only primaries and secondaries report whether they support sessions. After an outage of all servers, none of
        // them has answered the driver yet, so the ping waits for the primary.
        if (client.getClusterDescription().getServerDescriptions().stream().noneMatch(ServerDescription::isPrimary)) {
            breaker.read(() -> databases.requests().runCommand(PING));
        }
        boolean supported = client.getClusterDescription().getLogicalSessionTimeoutMinutes() != null;
        return new MongoSession(supported ? client.startSession(CAUSAL) : null);
    }
}
