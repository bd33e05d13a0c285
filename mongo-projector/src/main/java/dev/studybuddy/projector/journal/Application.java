package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.readmodel.Line;
import dev.studybuddy.projector.readmodel.Refusal;
import dev.studybuddy.projector.readmodel.Write;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a decided plan: dead letters, rollups and mirrors, in this order. A second application of a plan has no
 * further effect.
 */
final class Application {

    private static final Logger log = LoggerFactory.getLogger(Application.class);

    private final Place key;
    private final DeadLetterBox deadLetters;

    Application(Place key, DeadLetterBox deadLetters) {
        this.key = key;
        this.deadLetters = deadLetters;
    }

    /** Applies the plan of the batch that ends at {@code hi}. */
    void apply(Line session, Plan plan, long hi) {
        if (!plan.deadLetters().isEmpty()) {
            deadLetters.keep(session, plan.deadLetters());
        }
        write(
                session,
                key.rollupCollection(),
                plan.rollups().stream().map(change -> toWrite(change, hi)).toList());
        write(
                session,
                key.mirrorCollection(),
                plan.mirrors().stream().map(Application::toWrite).toList());
    }

    private Write toWrite(Plan.RollupChange change, long hi) {
        Document guard = new Document("$not", new Document("$gte", hi));
        Document update = new Document("$inc", new Document(change.amounts()))
                .append("$set", new Document(key.watermarkField(), hi))
                .append("$setOnInsert", change.insertFields());
        return new Write.Update(new Document("_id", change.id()).append(key.watermarkField(), guard), update);
    }

    private static Write toWrite(Plan.MirrorChange change) {
        Document olderVersion = new Document("version", new Document("$lt", change.version()));
        Document sameVersionEarlierOffset =
                new Document("version", change.version()).append("offset", new Document("$lt", change.offset()));
        Document filter =
                new Document("_id", change.id()).append("$or", List.of(olderVersion, sameVersionEarlierOffset));
        return new Write.Replace(filter, change.document());
    }

    /**
     * Error 11000 has two causes: the guard refused a write that was already applied, or two writers raced to insert
     * the document. Retry once; the document exists now, so a second 11000 means "already applied".
     */
    private void write(Line session, String collection, List<Write> writes) {
        if (writes.isEmpty()) {
            return;
        }
        List<Write> retries = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (Refusal refusal : session.write(collection, writes)) {
            Write write = writes.get(refusal.index());
            if (refusal.duplicate()) {
                retries.add(write);
            } else {
                refused.add(new Refused(write, refusal));
            }
        }
        if (!retries.isEmpty()) {
            for (Refusal refusal : session.write(collection, retries)) {
                if (!refusal.duplicate()) {
                    refused.add(new Refused(retries.get(refusal.index()), refusal));
                }
            }
        }
        if (!refused.isEmpty()) {
            markBroken(session, collection, refused);
        }
    }

    /** Records that the documents are no longer exact. The partition continues without them. */
    private void markBroken(Line session, String collection, List<Refused> refused) {
        List<Write> marks = new ArrayList<>();
        for (Refused one : refused) {
            Object id = one.write().filter().get("_id");
            log.atError()
                    .addKeyValue("collection", collection)
                    .addKeyValue("document", id)
                    .addKeyValue("code", one.refusal().code())
                    .addKeyValue("refusal", one.refusal().message())
                    .log("MongoDB permanently refused a write; the document is marked as broken");
            Document mark = new Document("model", key.model().name())
                    .append("generation", key.generation())
                    .append("collection", collection)
                    .append("documentId", id)
                    .append("code", one.refusal().code())
                    .append("message", one.refusal().message());
            marks.add(new Write.Update(new Document("_id", collection + '/' + id), new Document("$setOnInsert", mark)));
        }
        session.write(Names.BROKEN, marks);
    }

    private record Refused(Write write, Refusal refusal) {}
}
