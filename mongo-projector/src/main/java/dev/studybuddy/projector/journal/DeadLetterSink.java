package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import java.util.List;
import org.bson.Document;

/** Stores dead letters. */
@FunctionalInterface
public interface DeadLetterSink {

    /**
     * Stores the dead letters that are not stored yet. Returns after MongoDB has acknowledged them.
     *
     * @param deadLetters the documents of the dead letters
     * @throws RuntimeException if it cannot store them now; the batch is applied again later
     */
    void store(FencedSession session, List<Document> deadLetters);
}
