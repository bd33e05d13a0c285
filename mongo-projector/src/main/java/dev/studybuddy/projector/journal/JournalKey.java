package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import org.bson.Document;

/**
 * Identifies one partition of one generation, and derives the names of the collections and fields that its batches
 * write.
 *
 * @param generation the number of the generation
 * @param type the aggregate type of the topic to which the partition belongs
 * @param partition the number of the partition in its topic, from 0
 */
public record JournalKey(ReadModel model, int generation, AggregateType type, int partition) {

    String journalCollection() {
        return Names.journal(model.name(), generation);
    }

    String journalId() {
        return Names.journalId(type.code(), partition);
    }

    /** Returns the filter of the journal at a position. */
    Document journalFilter(long hi) {
        return new Document("_id", journalId()).append(JournalFields.HI, hi);
    }

    String mirrorCollection() {
        return mirrorCollection(type);
    }

    /** Returns the name of the collection of another type's mirrors in the same generation. */
    String mirrorCollection(AggregateType other) {
        return model.mirrors(other) + Names.suffix(generation);
    }

    String rollupCollection() {
        return model.rollups() + Names.suffix(generation);
    }

    /**
     * Returns the name of this partition's watermark field in a rollup, such as {@code w.t3}. The name is short because
     * every rollup has many watermarks.
     */
    String watermarkField() {
        return "w." + type.code().charAt(0) + partition;
    }

    @Override
    public String toString() {
        return model.name() + Names.suffix(generation) + '/' + journalId();
    }
}
