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

/** Applies a decided plan: dead letters, rollups, mirrors, in this order; again and again, if need be, to the same end. */
final class Application {

    private static final Logger log = LoggerFactory.getLogger(Application.class);

    private final Place place;
    private final DeadLetterBox deadLetters;

    Application(Place place, DeadLetterBox deadLetters) {
        this.place = place;
        this.deadLetters = deadLetters;
    }

    /** Applies the plan that leads to {@code hi}. */
    void apply(Line line, Plan plan, long hi) {
        if (!plan.dead().isEmpty()) {
            deadLetters.keep(line, plan.dead());
        }
        write(
                line,
                place.rollups(),
                plan.rollups().stream().map(one -> rollup(one, hi)).toList());
        write(
                line,
                place.mirrors(),
                plan.mirrors().stream().map(Application::mirror).toList());
    }

    private Write rollup(Plan.RollupChange change, long hi) {
        Document guard = new Document("$not", new Document("$gte", hi));
        Document update = new Document("$inc", new Document(change.amounts()))
                .append("$set", new Document(place.watermark(), hi))
                .append("$setOnInsert", change.born());
        return new Write.Update(new Document("_id", change.id()).append(place.watermark(), guard), update);
    }

    private static Write mirror(Plan.MirrorChange change) {
        Document older = new Document("version", new Document("$lt", change.version()));
        Document sameButEarlier =
                new Document("version", change.version()).append("offset", new Document("$lt", change.offset()));
        Document filter = new Document("_id", change.id()).append("$or", List.of(older, sameButEarlier));
        return new Write.Replace(filter, change.document());
    }

    /**
     * A duplicate key says either that the guard held (it is in already) or that two inserted it for the first time at
     * once; the second try tells: then the document is there, and the guard alone decides.
     */
    private void write(Line line, String collection, List<Write> writes) {
        if (writes.isEmpty()) {
            return;
        }
        List<Write> again = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (Refusal refusal : line.write(collection, writes)) {
            Write write = writes.get(refusal.index());
            if (refusal.duplicate()) {
                again.add(write);
            } else {
                refused.add(new Refused(write, refusal));
            }
        }
        if (!again.isEmpty()) {
            for (Refusal refusal : line.write(collection, again)) {
                if (!refusal.duplicate()) {
                    refused.add(new Refused(again.get(refusal.index()), refusal));
                }
            }
        }
        if (!refused.isEmpty()) {
            markBroken(line, collection, refused);
        }
    }

    /** The partition goes on without that document, and everybody can see that it isn't exact any more. */
    private void markBroken(Line line, String collection, List<Refused> refused) {
        List<Write> marks = new ArrayList<>();
        for (Refused one : refused) {
            Object id = one.write().filter().get("_id");
            log.atError()
                    .addKeyValue("collection", collection)
                    .addKeyValue("document", id)
                    .addKeyValue("code", one.refusal().code())
                    .log(
                            "MongoDB refused a document for good; it is marked broken: {}",
                            one.refusal().message());
            Document mark = new Document("model", place.model().name())
                    .append("generation", place.generation())
                    .append("collection", collection)
                    .append("documentId", id)
                    .append("code", one.refusal().code())
                    .append("message", one.refusal().message());
            marks.add(new Write.Update(new Document("_id", collection + '/' + id), new Document("$setOnInsert", mark)));
        }
        line.write(Names.BROKEN, marks);
    }

    private record Refused(Write write, Refusal refusal) {}
}
