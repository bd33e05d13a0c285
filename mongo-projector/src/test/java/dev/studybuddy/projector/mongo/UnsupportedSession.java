package dev.studybuddy.projector.mongo;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.RawBsonDocument;

/** This session supports no operation except its end. A test overrides the operations that it needs. */
public abstract class UnsupportedSession implements FencedSession {

    @Override
    public List<Document> find(String collection, Collection<String> ids) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<List<RawBsonDocument>> findWithin(
            long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean replace(String collection, Document filter, Document replacement) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long replaceAll(String collection, List<Replacement> replacements) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
