package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import java.util.List;
import org.bson.Document;

/** Stores dead letters. */
@FunctionalInterface
public interface DeadLetterSink {

    /**
     * Stores the dead letters that are not stored yet, and returns after MongoDB has acknowledged them. A dead letter
     * that MongoDB refuses permanently is not stored; the sink reports it and continues with the others.
     *
     * @param deadLetters the documents of the dead letters
     * @throws RuntimeException if the sink cannot store a dead letter now; the batch is then applied again later
     */
    void store(FencedSession session, List<Document> deadLetters);
}
