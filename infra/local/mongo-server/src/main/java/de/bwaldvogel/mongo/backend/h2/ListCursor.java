package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.backend.AbstractCursor;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;

/** Returns the remaining documents of a read in replies of limited size. */
final class ListCursor extends AbstractCursor {

    private List<Document> remaining;

    ListCursor(long id, List<Document> remaining) {
        super(id);
        this.remaining = remaining;
    }

    @Override
    public synchronized boolean isEmpty() {
        return remaining.isEmpty();
    }

    @Override
    public synchronized List<Document> takeDocuments(int numberToReturn) {
        int count = ReplyLimit.count(remaining, numberToReturn);
        List<Document> documents = remaining.subList(0, count);
        remaining = remaining.subList(count, remaining.size());
        return documents;
    }
}
