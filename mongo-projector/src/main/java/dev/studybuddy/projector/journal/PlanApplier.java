package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a decided plan: dead letters, rollups and mirrors, in this order. A second application of a plan has no
 * further effect.
 */
final class PlanApplier {

    private static final Logger log = LoggerFactory.getLogger(PlanApplier.class);

    private final JournalKey key;
    private final DeadLetterSink deadLetters;

    PlanApplier(JournalKey key, DeadLetterSink deadLetters) {
        this.key = key;
        this.deadLetters = deadLetters;
    }

    /** Applies the plan of the batch that ends at {@code hi}. */
    void apply(FencedSession session, Plan plan, long hi) {
        if (!plan.deadLetters().isEmpty()) {
            deadLetters.store(session, plan.deadLetters());
        }
        // The writes are built on access, so that only one bulk of them is in memory.
        write(session, key.rollupCollection(), new MappedList<>(plan.rollups(), change -> toWrite(change, hi)));
        write(session, key.mirrorCollection(), new MappedList<>(plan.mirrors(), PlanApplier::toWrite));
    }

    private ConditionalWrite toWrite(Plan.RollupChange change, long hi) {
        Document condition = new Document("$not", new Document("$gte", hi));
        Document update = new Document("$inc", new Document(change.amounts()))
                .append("$set", new Document(key.watermarkField(), hi))
                .append("$setOnInsert", change.insertFields());
        return new ConditionalWrite.Update(
                new Document("_id", change.id()).append(key.watermarkField(), condition), update);
    }

    private static ConditionalWrite toWrite(Plan.MirrorChange change) {
        Document olderVersion = new Document("version", new Document("$lt", change.version()));
        Document sameVersionEarlierOffset =
                new Document("version", change.version()).append("offset", new Document("$lt", change.offset()));
        Document filter =
                new Document("_id", change.id()).append("$or", List.of(olderVersion, sameVersionEarlierOffset));
        return new ConditionalWrite.Replace(filter, change.document());
    }

    /**
     * Error 11000 has two causes: the condition refused a write that was already applied, or two writers raced to insert
     * the document. This method retries the write once. The document then exists, so a second 11000 means that the
     * write was already applied.
     *
     * @throws TemporaryRefusalException if the server refuses a write now; the batch is not applied then
     */
    private void write(FencedSession session, String collection, List<ConditionalWrite> writes) {
        if (writes.isEmpty()) {
            return;
        }
        List<ConditionalWrite> retries = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (WriteRefusal refusal : session.write(collection, writes)) {
            ConditionalWrite write = writes.get(refusal.index());
            if (refusal.isDuplicateKey()) {
                retries.add(write);
            } else {
                refused.add(new Refused(write, refusal));
            }
        }
        if (!retries.isEmpty()) {
            for (WriteRefusal refusal : session.write(collection, retries)) {
                if (!refusal.isDuplicateKey()) {
                    refused.add(new Refused(retries.get(refusal.index()), refusal));
                }
            }
        }
        if (!refused.isEmpty()) {
            markBroken(session, collection, refused);
        }
    }

    /**
     * Records that the documents are no longer exact. The partition continues without them. An operator may already have
     * marked a document as broken whose temporary refusal did not end; such a write counts as refused permanently.
     *
     * @throws TemporaryRefusalException if the server refuses a write of an unmarked document now, or if it refuses a
     *     mark; the batch is not applied then
     */
    private void markBroken(FencedSession session, String collection, List<Refused> refused) {
        Set<String> marked = new HashSet<>();
        session.find(
                        Names.BROKEN,
                        refused.stream()
                                .map(one -> markId(collection, one.id()))
                                .toList())
                .forEach(mark -> marked.add(mark.getString("_id")));
        List<Refused> unmarked = refused.stream()
                .filter(one -> !marked.contains(markId(collection, one.id())))
                .toList();
        List<ConditionalWrite> marks = new ArrayList<>();
        for (Refused one : unmarked) {
            if (one.refusal().verdict() == WriteRefusal.Verdict.TEMPORARY) {
                throw new TemporaryRefusalException(collection, one.id(), one.refusal());
            }
            marks.add(toMark(collection, one));
        }
        if (marks.isEmpty()) {
            return;
        }
        for (WriteRefusal refusal : session.write(Names.BROKEN, marks)) {
            if (!refusal.isDuplicateKey()) {
                String id = markId(collection, unmarked.get(refusal.index()).id());
                throw new TemporaryRefusalException(Names.BROKEN, id, refusal);
            }
        }
        for (Refused one : unmarked) {
            log.atError()
                    .addKeyValue("collection", collection)
                    .addKeyValue("document", one.id())
                    .addKeyValue("code", one.refusal().code())
                    .addKeyValue("refusal", one.refusal().message())
                    .log("MongoDB permanently refused a write; the document is marked as broken");
        }
    }

    private ConditionalWrite toMark(String collection, Refused refused) {
        Document mark = new Document("model", key.model().name())
                .append("generation", key.generation())
                .append("collection", collection)
                .append("documentId", refused.id())
                .append("code", refused.refusal().code())
                .append("message", refused.refusal().message());
        return new ConditionalWrite.Update(
                new Document("_id", markId(collection, refused.id())), new Document("$setOnInsert", mark));
    }

    private static String markId(String collection, String documentId) {
        return collection + '/' + documentId;
    }

    private record Refused(ConditionalWrite write, WriteRefusal refusal) {

        String id() {
            return write.filter().getString("_id");
        }
    }
}
