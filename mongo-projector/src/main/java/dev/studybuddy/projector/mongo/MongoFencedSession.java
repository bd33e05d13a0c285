package dev.studybuddy.projector.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.studybuddy.projector.mongo.ConnectionFence.LaterConnectionError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** This fenced session uses the MongoDB driver. */
final class MongoFencedSession implements FencedSession {

    /** Every server accepts this number of writes in one bulk. */
    private static final int MAX_BULK_WRITES = 1000;

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final UpdateOptions UPDATE_OR_INSERT = new UpdateOptions().upsert(true);
    private static final ReplaceOptions REPLACE_OR_INSERT = new ReplaceOptions().upsert(true);

    private final MongoDatabase database;
    private final @Nullable ClientSession session;
    private final ConnectionFence fence;
    private final long point;
    private final List<MongoFencedSession> joined;

    /**
     * Creates a session.
     *
     * @param session the driver's session, or null if the server supports none
     * @param point the point of the fence at which the session was opened
     * @param joined the sessions on whose positions this session depends; empty if it has a position of its own
     */
    MongoFencedSession(
            MongoDatabase database,
            @Nullable ClientSession session,
            ConnectionFence fence,
            long point,
            List<MongoFencedSession> joined) {
        this.database = database;
        this.session = session;
        this.fence = fence;
        this.point = point;
        this.joined = List.copyOf(joined);
        joined.forEach(one -> copyTimes(one.session, session));
    }

    /** Returns the point of the fence at which the session was opened. */
    long point() {
        return point;
    }

    /**
     * Makes the operations of a session wait until the server has the state that another session has read or written.
     */
    private static void copyTimes(@Nullable ClientSession from, @Nullable ClientSession to) {
        if (from != null && to != null) {
            to.advanceClusterTime(from.getClusterTime());
            to.advanceOperationTime(from.getOperationTime());
        }
    }

    @Override
    public List<Document> find(String collection, Collection<String> ids) {
        return execute(
                "find of " + collection,
                () -> begin(Document.class, collection, ids).into(new ArrayList<>()));
    }

    @Override
    public Optional<List<RawBsonDocument>> findWithin(
            long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
        Bson projection = Projections.include(List.copyOf(fields));
        return execute("find of " + collection, () -> {
            List<RawBsonDocument> documents = new ArrayList<>();
            long bytes = 0;
            try (MongoCursor<RawBsonDocument> found = begin(RawBsonDocument.class, collection, ids)
                    .projection(projection)
                    .iterator()) {
                while (found.hasNext()) {
                    RawBsonDocument encoded = found.next();
                    bytes += encoded.getByteBuffer().remaining();
                    if (bytes > maxBytes && !documents.isEmpty()) {
                        return Optional.empty();
                    }
                    documents.add(encoded);
                }
            }
            return Optional.of(documents);
        });
    }

    private <T> FindIterable<T> begin(Class<T> type, String collection, Collection<String> ids) {
        Document filter = ids.size() == 1
                ? new Document("_id", ids.iterator().next())
                : new Document("_id", new Document("$in", List.copyOf(ids)));
        MongoCollection<T> documents = database.getCollection(collection, type);
        FindIterable<T> found = session == null ? documents.find(filter) : documents.find(session, filter);
        return found.batchSize(ids.size() + 1);
    }

    @Override
    public boolean replace(String collection, Document filter, Document replacement) {
        return replaceAll(collection, List.of(new Replacement(filter, replacement))) == 1;
    }

    @Override
    public long replaceAll(String collection, List<Replacement> replacements) {
        List<ReplaceOneModel<Document>> bulk = replacements.stream()
                .map(one -> new ReplaceOneModel<>(one.filter(), one.document()))
                .toList();
        return execute("update of " + collection, () -> {
            MongoCollection<Document> documents = database.getCollection(collection);
            try {
                var result = session == null
                        ? documents.bulkWrite(bulk, UNORDERED)
                        : documents.bulkWrite(session, bulk, UNORDERED);
                return (long) result.getMatchedCount();
            } catch (MongoBulkWriteException failed) {
                WriteRefusal first = refusals(failed, 0).getFirst();
                String id = replacements.get(first.index()).filter().getString("_id");
                throw new TemporaryRefusalException(collection, id, first);
            }
        });
    }

    @Override
    public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
        List<WriteRefusal> refused = new ArrayList<>();
        for (int from = 0; from < writes.size(); from += MAX_BULK_WRITES) {
            List<WriteModel<RawBsonDocument>> bulk = new ArrayList<>();
            writes.subList(from, Math.min(from + MAX_BULK_WRITES, writes.size()))
                    .forEach(one -> bulk.add(toModel(one)));
            int before = from;
            refused.addAll(execute("update of " + collection, () -> writeBulk(collection, bulk, before)));
        }
        return refused;
    }

    @Override
    public void close() {
        if (session != null) {
            joined.forEach(one -> copyTimes(session, one.session));
            session.close();
        }
    }

    /**
     * Executes a bulk and returns the refused writes.
     *
     * @param before the number of writes in earlier bulks, which the indexes of the refusals count
     */
    private List<WriteRefusal> writeBulk(String collection, List<WriteModel<RawBsonDocument>> bulk, int before) {
        try {
            MongoCollection<RawBsonDocument> documents = database.getCollection(collection, RawBsonDocument.class);
            if (session == null) {
                documents.bulkWrite(bulk, UNORDERED);
            } else {
                documents.bulkWrite(session, bulk, UNORDERED);
            }
            return List.of();
        } catch (MongoBulkWriteException failed) {
            return refusals(failed, before);
        }
    }

    /**
     * Returns the refused writes of a bulk.
     *
     * @throws MongoBulkWriteException if the bulk failed because of an outage; its outcome is unknown then
     */
    private static List<WriteRefusal> refusals(MongoBulkWriteException failed, int before) {
        if (failed.getWriteConcernError() != null
                || failed.getWriteErrors().stream()
                        .anyMatch(error -> CommandFailures.isOutageOfWrite(error.getCode()))) {
            throw failed;
        }
        return failed.getWriteErrors().stream()
                .map(error -> new WriteRefusal(before + error.getIndex(), error.getCode(), error.getMessage()))
                .toList();
    }

    /**
     * Executes an operation over connections that were opened before the position was read.
     *
     * @param command the command that the operation sends, and its collection
     */
    private <T> T execute(String command, Supplier<T> operation) {
        fence.bind(point);
        try {
            return operation.get();
        } catch (LaterConnectionError later) {
            throw new FencedSessionLostException(
                    FencedSessionLostException.Cause.LATER_CONNECTION,
                    "the connection that the driver chose was opened after the position was read",
                    later);
        } catch (MongoException failed) {
            throw CommandFailures.toFencedSessionLost(command, failed);
        } finally {
            fence.unbind();
        }
    }

    private static WriteModel<RawBsonDocument> toModel(ConditionalWrite write) {
        return switch (write) {
            case ConditionalWrite.Update one -> new UpdateOneModel<>(one.filter(), one.update(), UPDATE_OR_INSERT);
            case ConditionalWrite.Replace one ->
                new ReplaceOneModel<>(one.filter(), one.replacement(), REPLACE_OR_INSERT);
        };
    }
}
