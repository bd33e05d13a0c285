package dev.studybuddy.e2e;

import static java.util.Objects.requireNonNull;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SchemaStore;
import dev.studybuddy.readmodel.SchemaWait;
import java.time.Instant;
import java.util.List;
import org.bson.Document;

/** Reads from MongoDB which events are projected, dead-lettered, or wait for a newer projector. */
final class ProjectedEvents implements AutoCloseable {

    private final MongoClient client;
    private final MongoDatabase database;

    ProjectedEvents(String mongoUri) {
        this.client = MongoClients.create(mongoUri);
        this.database = client.getDatabase(requireNonNull(new ConnectionString(mongoUri).getDatabase()));
    }

    /** Returns whether a generation of the read model {@code study} has a mirror. */
    boolean isMirrored(AggregateType type, String id, int generation) {
        return database.getCollection(Names.mirrors(type, generation)).countDocuments(new Document("_id", id)) == 1;
    }

    /** Returns the partitions that wait at present. */
    List<SchemaWait> waits() {
        return new SchemaStore(database).findWaits(Instant.now());
    }

    /** Returns the number of dead letters in any state. */
    long countDeadLetters() {
        return database.getCollection(Names.DEAD_LETTERS).countDocuments();
    }

    @Override
    public void close() {
        client.close();
    }
}
