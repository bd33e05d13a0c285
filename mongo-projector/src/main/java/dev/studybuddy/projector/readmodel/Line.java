package dev.studybuddy.projector.readmodel;

import java.util.Collection;
import java.util.List;
import org.bson.Document;

/**
 * The way to MongoDB on which one position was read. What follows from that position is sent on this line only; when a
 * connection is lost the line is dead, and the position must be read anew on another. So no write of a batch that began
 * before MongoDB fell back to an earlier state arrives after it.
 *
 * <p>Reads are from the primary, of what a majority has; writes are acknowledged by a majority. Every method throws {@link
 * LineLostException}, after which nothing more may be sent on this line. For one thread at a time.
 */
public interface Line extends AutoCloseable {

    /** The documents that are there, in no order. */
    List<Document> find(String collection, Collection<String> ids);

    /** Replaces the one document that the filter matches; inserts nothing. Returns whether there was one. */
    boolean replace(String collection, Document filter, Document replacement);

    /** Writes all, in any order, and returns what was refused. */
    List<Refusal> write(String collection, List<? extends Write> writes);

    @Override
    void close();
}
