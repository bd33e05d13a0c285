package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Makes plans. A seam: tests put faulty ones in. */
@FunctionalInterface
interface Planning {

    /** The plan of a batch; the mirrors are those of its aggregates that are there, by id. */
    Plan plan(List<Entry> entries, Map<String, Document> mirrors);
}
