package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies decided plans of several partitions together: dead letters, rollups and mirrors, in this order. The mirrors
 * of a plan are sent only after MongoDB has acknowledged each of its rollups, or has refused it permanently and stored
 * a mark for it. A second application of a plan has no further effect.
 */
final class PlanApplier {

    private static final Logger log = LoggerFactory.getLogger(PlanApplier.class);

    private final DeadLetterSink deadLetters;

    PlanApplier(DeadLetterSink deadLetters) {
        this.deadLetters = deadLetters;
    }

    /**
     * Applies the plans of one generation. If MongoDB refuses a write of a plan now, the plan records the refusal and
     * is not applied. The other plans are applied.
     */
    void apply(FencedSession session, List<DecidedPlan> plans) {
        for (DecidedPlan one : plans) {
            if (!one.plan().deadLetters().isEmpty()) {
                attempt(one, () -> deadLetters.store(session, one.plan().deadLetters()));
            }
        }
        write(session, plans, one -> one.key().rollupCollection(), PlanApplier::rollupWrites);
        write(session, plans, one -> one.key().mirrorCollection(), PlanApplier::mirrorWrites);
    }

    private static List<ConditionalWrite> rollupWrites(DecidedPlan decided) {
        String watermarkField = decided.key().watermarkField();
        // All writes of a plan share these two parts.
        Document condition = new Document("$not", new Document("$gte", decided.hi()));
        Document watermark = new Document(watermarkField, decided.hi());
        return new MappedList<>(
                decided.plan().rollups(),
                change -> new ConditionalWrite.Update(
                        new Document("_id", change.id()).append(watermarkField, condition),
                        new Document("$inc", new Document(change.amounts()))
                                .append("$set", watermark)
                                .append("$setOnInsert", change.insertFields())));
    }

    private static List<ConditionalWrite> mirrorWrites(DecidedPlan decided) {
        return new MappedList<>(decided.plan().mirrors(), PlanApplier::toWrite);
    }

    private static ConditionalWrite toWrite(Plan.MirrorChange change) {
        Document olderVersion = new Document("version", new Document("$lt", change.version()));
        Document sameVersionEarlierOffset =
                new Document("version", change.version()).append("offset", new Document("$lt", change.offset()));
        Document filter =
                new Document("_id", change.id()).append("$or", List.of(olderVersion, sameVersionEarlierOffset));
        return new ConditionalWrite.Replace(filter, change.document());
    }

    private static void attempt(DecidedPlan decided, Runnable step) {
        try {
            step.run();
        } catch (TemporaryRefusalException refused) {
            decided.recordRefusal(refused);
        }
    }

    /** Sends the writes of one kind of all plans without a refusal, one collection after the other. */
    private static void write(
            FencedSession session,
            List<DecidedPlan> plans,
            Function<DecidedPlan, String> collection,
            Function<DecidedPlan, List<ConditionalWrite>> writes) {
        Map<String, GroupWrites> byCollection = new LinkedHashMap<>();
        for (DecidedPlan one : plans) {
            if (!one.isRefused()) {
                byCollection
                        .computeIfAbsent(collection.apply(one), any -> new GroupWrites())
                        .add(one, writes.apply(one));
            }
        }
        byCollection.forEach((name, all) -> write(session, name, all));
    }

    /**
     * Sends the writes to one collection, and sends each write that MongoDB refuses with error 11000 a second time. The
     * error has two causes: the condition refused a write that was already applied, or two writers raced to insert the
     * document. The document exists at the second attempt, so a second 11000 means that the write was already applied.
     */
    private static void write(FencedSession session, String collection, GroupWrites writes) {
        if (writes.isEmpty()) {
            return;
        }
        List<SentWrite> retries = new ArrayList<>();
        Map<DecidedPlan, List<RefusedWrite>> refused = new LinkedHashMap<>();
        for (WriteRefusal refusal : session.write(collection, writes)) {
            SentWrite sent = new SentWrite(writes.planOf(refusal.index()), writes.get(refusal.index()));
            if (refusal.isDuplicateKey()) {
                retries.add(sent);
            } else {
                addTo(refused, sent, refusal);
            }
        }
        if (!retries.isEmpty()) {
            for (WriteRefusal refusal : session.write(collection, new MappedList<>(retries, SentWrite::write))) {
                if (!refusal.isDuplicateKey()) {
                    addTo(refused, retries.get(refusal.index()), refusal);
                }
            }
        }
        refused.forEach((plan, planRefused) -> {
            plan.recordBrokenDocuments();
            attempt(plan, () -> markBroken(session, plan.key(), collection, planRefused));
        });
    }

    private static void addTo(Map<DecidedPlan, List<RefusedWrite>> refused, SentWrite sent, WriteRefusal refusal) {
        refused.computeIfAbsent(sent.plan(), any -> new ArrayList<>()).add(new RefusedWrite(sent.write(), refusal));
    }

    /**
     * Records that the documents are no longer exact. The partition continues without their refused writes. An operator
     * may have marked a document as broken before, because a temporary refusal did not end. A write of a marked
     * document counts as permanently refused.
     *
     * @throws TemporaryRefusalException if the server refuses a write of an unmarked document now, or if it refuses a
     *     mark; the batch is not applied then
     */
    private static void markBroken(
            FencedSession session, JournalKey key, String collection, List<RefusedWrite> refused) {
        Set<String> marked = new HashSet<>();
        session.find(
                        Names.BROKEN,
                        refused.stream()
                                .map(one -> markId(collection, one.id()))
                                .toList())
                .forEach(mark -> marked.add(mark.getString("_id")));
        List<RefusedWrite> unmarked = refused.stream()
                .filter(one -> !marked.contains(markId(collection, one.id())))
                .toList();
        List<ConditionalWrite> marks = new ArrayList<>();
        for (RefusedWrite one : unmarked) {
            if (one.refusal().kind() == WriteRefusal.Kind.TEMPORARY) {
                throw new TemporaryRefusalException(collection, one.id(), one.refusal());
            }
            marks.add(toMark(key, collection, one));
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
        for (RefusedWrite one : unmarked) {
            log.atError()
                    .addKeyValue("collection", collection)
                    .addKeyValue("document", one.id())
                    .addKeyValue("code", one.refusal().code())
                    .addKeyValue("refusal", one.refusal().message())
                    .log("MongoDB permanently refused a write; the document is marked as broken");
        }
    }

    private static ConditionalWrite toMark(JournalKey key, String collection, RefusedWrite refused) {
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

    private record SentWrite(DecidedPlan plan, ConditionalWrite write) {}

    private record RefusedWrite(ConditionalWrite write, WriteRefusal refusal) {

        String id() {
            return write.filter().getString("_id");
        }
    }
}
