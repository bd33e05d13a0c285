package dev.studybuddy.api.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Opens one causally consistent session for each request. Without such a session, a read after a fail-over may use an
 * earlier state than the read before it.
 */
@Component
public final class MongoSessions {

    private static final ClientSessionOptions CAUSAL =
            ClientSessionOptions.builder().causallyConsistent(true).build();

    private final MongoClient client;

    MongoSessions(MongoClient requestMongo) {
        this.client = requestMongo;
    }

    /** This session ends when the request closes it. */
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

        /** Returns the record of a read model, which this session reads. */
        Optional<GenerationRecord> read(GenerationStore store, String model) {
            return store.read(model, session);
        }

        /** Returns the records of all read models, which this session reads. */
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
     * Opens a session. A server without sessions is a standalone server, on which each read shows all earlier writes;
     * the reads of its session use no session of the driver.
     */
    public MongoSession open() {
        boolean supported = client.getClusterDescription().getLogicalSessionTimeoutMinutes() != null;
        return new MongoSession(supported ? client.startSession(CAUSAL) : null);
    }
}
