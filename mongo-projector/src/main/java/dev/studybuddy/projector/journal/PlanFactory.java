package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Creates plans. The interface exists because tests replace the planner by faulty ones. */
@FunctionalInterface
interface PlanFactory {

    /**
     * Returns the plan of a batch.
     *
     * @param mirrors the existing mirrors of the batch's aggregates, by id
     */
    Plan plan(List<DecodedRecord> records, Map<String, Document> mirrors);
}
