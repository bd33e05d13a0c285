package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.readmodel.Line;
import java.util.List;
import org.bson.Document;

/** Stores dead letters. */
@FunctionalInterface
public interface DeadLetterBox {

    /**
     * Stores the dead letters that are not stored yet. Returns after MongoDB has acknowledged them.
     *
     * @param deadLetters the documents of the dead letters
     * @throws RuntimeException if it cannot store them now; the batch is applied again later
     */
    void keep(Line session, List<Document> deadLetters);
}
