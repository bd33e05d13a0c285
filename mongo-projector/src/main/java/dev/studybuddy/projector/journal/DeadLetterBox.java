package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.readmodel.Line;
import java.util.List;
import org.bson.Document;

/** Keeps dead letters. */
@FunctionalInterface
public interface DeadLetterBox {

    /**
     * Keeps those that aren't kept yet, and returns when that is certain.
     *
     * @throws RuntimeException where it can't now; the batch is done again later
     */
    void keep(Line line, List<Document> dead);
}
