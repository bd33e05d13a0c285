package dev.studybuddy.projector.mongo;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * A fenced session is the access to MongoDB over which one position was read. All operations that depend on the
 * position use this session only. The session is lost when a command fails, or when a command would use a connection
 * that was opened later. After the loss, the position must be read again over another session. Therefore, if MongoDB
 * returns to an earlier state, no write of a batch that began earlier arrives afterwards. A refused write of a bulk is
 * no failure of the command, so the session stays usable.
 *
 * <p>Reads use the primary and return data that a majority holds. A majority acknowledges each write. Every method may
 * throw {@link FencedSessionLostException}; after that the session must not be used. Only one thread at a time may use
 * a session.
 */
public interface FencedSession extends AutoCloseable {

    /** Returns the documents that exist for the given ids, in no particular order. */
    List<Document> find(String collection, Collection<String> ids);

    /**
     * Returns the documents that exist for the given ids, in no particular order. Stops reading and returns empty if
     * they together have more bytes than the bound. A single document may exceed the bound.
     *
     * @param fields the names of the fields that the server returns besides {@code _id}
     */
    Optional<List<RawBsonDocument>> findWithin(
            long maxBytes, String collection, Collection<String> ids, Collection<String> fields);

    /**
     * Replaces the document that matches the filter, and returns whether one matched. It inserts nothing.
     *
     * @throws TemporaryRefusalException if the server refuses the replacement with a code of any {@link
     *     WriteRefusal.Kind}
     */
    boolean replace(String collection, Document filter, Document replacement);

    /**
     * Replaces each document that matches its filter, and returns how many matched. It inserts nothing, and does not
     * report which ones matched.
     *
     * @throws TemporaryRefusalException if the server refuses a replacement with a code of any {@link
     *     WriteRefusal.Kind}; it may have executed the others
     */
    long replaceAll(String collection, List<Replacement> replacements);

    /**
     * Executes all writes in any order and returns the refused ones, whatever their {@link WriteRefusal.Kind}. A
     * write that is not among them was executed.
     */
    List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes);

    /**
     * A replacement substitutes a whole document.
     *
     * @param filter the {@code _id} of the document and the condition under which it is replaced
     */
    record Replacement(Document filter, Document document) {}

    @Override
    void close();
}
