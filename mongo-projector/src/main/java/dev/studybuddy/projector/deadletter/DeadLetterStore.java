package dev.studybuddy.projector.deadletter;

import dev.studybuddy.projector.journal.DeadLetterSink;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.types.Binary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Stores dead letters in MongoDB. It inserts a document only if the document is absent, so that neither a rebuild nor a
 * second instance opens a dead letter again. {@link DeadLetterCopier} sends the copy to the dead-letter topic later, so
 * that no partition waits for that topic.
 *
 * <p>If MongoDB permanently refuses a document, for example because the document violates a validation rule of the
 * collection, the dead letter is stored without its value. If MongoDB permanently refuses that document too, a metric
 * counts the dead letter and an alert reports it, because an operator cannot find the record in any list.
 */
@Component
final class DeadLetterStore implements DeadLetterSink {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterStore.class);

    private final ProjectorMetrics metrics;

    DeadLetterStore(ProjectorMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void store(FencedSession session, List<Document> deadLetters) {
        List<RefusedDeadLetter> refused = new ArrayList<>();
        List<Document> withoutValues = new ArrayList<>();
        for (RefusedDeadLetter one : insert(session, deadLetters)) {
            if (one.deadLetter().get("value") instanceof Binary value && value.length() > 0) {
                withoutValues.add(omitValue(one.deadLetter(), one.refusal()));
            } else {
                refused.add(one);
            }
        }
        if (!withoutValues.isEmpty()) {
            refused.addAll(insert(session, withoutValues));
        }
        // After a temporary refusal, insert throws an exception and the batch is repeated. The store counts refused
        // dead letters only here, so that it counts none of them twice.
        refused.forEach(this::recordRefused);
    }

    /** This record is a dead letter that MongoDB permanently refused. */
    private record RefusedDeadLetter(Document deadLetter, WriteRefusal refusal) {}

    /**
     * Inserts the documents that are absent, and returns those that MongoDB permanently refused.
     *
     * @throws TemporaryRefusalException if MongoDB refused a document temporarily; the others are inserted
     */
    private List<RefusedDeadLetter> insert(FencedSession session, List<Document> deadLetters) {
        List<ConditionalWrite> inserts =
                deadLetters.stream().map(DeadLetterStore::toInsert).toList();
        Map<Integer, WriteRefusal> refusals = new HashMap<>();
        session.write(Names.DEAD_LETTERS, inserts).forEach(one -> refusals.put(one.index(), one));
        List<RefusedDeadLetter> refused = new ArrayList<>();
        List<TemporaryRefusalException> temporary = new ArrayList<>();
        for (int index = 0; index < deadLetters.size(); index++) {
            Document deadLetter = deadLetters.get(index);
            WriteRefusal refusal = refusals.get(index);
            if (refusal == null) {
                recordNew(deadLetter);
                continue;
            }
            switch (refusal.kind()) {
                case DUPLICATE_KEY -> {}
                case PERMANENT -> refused.add(new RefusedDeadLetter(deadLetter, refusal));
                case TEMPORARY ->
                    temporary.add(
                            new TemporaryRefusalException(Names.DEAD_LETTERS, deadLetter.getString("_id"), refusal));
            }
        }
        if (!temporary.isEmpty()) {
            throw temporary.getFirst();
        }
        return refused;
    }

    private static ConditionalWrite toInsert(Document deadLetter) {
        Document fields = new Document(deadLetter).append(DeadLetter.COPIED, false);
        // An existing document does not match the second condition, so MongoDB refuses the insert as a duplicate key.
        Document absent = new Document("_id", fields.remove("_id")).append("state", new Document("$exists", false));
        return new ConditionalWrite.Update(absent, new Document("$setOnInsert", fields));
    }

    private static Document omitValue(Document deadLetter, WriteRefusal refusal) {
        return DeadLetter.omitValue(
                deadLetter, deadLetter.getString("detail") + "; MongoDB refused the value with code " + refusal.code());
    }

    private void recordRefused(RefusedDeadLetter refused) {
        Document deadLetter = refused.deadLetter();
        WriteRefusal refusal = refused.refusal();
        metrics.countRefusedDeadLetter();
        log.atError()
                .addKeyValue("deadLetter", deadLetter.getString("_id"))
                .addKeyValue("topic", deadLetter.getString("topic"))
                .addKeyValue("partition", deadLetter.get("partition"))
                .addKeyValue("offset", deadLetter.get("offset"))
                .addKeyValue("code", refusal.code())
                .addKeyValue("error", refusal.message())
                .log("MongoDB permanently refused a dead letter, so only its topic holds the record; the rest of"
                        + " its partition continues");
    }

    private void recordNew(Document deadLetter) {
        String topic = deadLetter.getString("topic");
        String reason = deadLetter.getString("reason");
        metrics.countDeadLetter(topic, reason);
        log.atWarn()
                .addKeyValue("deadLetter", deadLetter.getString("_id"))
                .addKeyValue("topic", topic)
                .addKeyValue("partition", deadLetter.get("partition"))
                .addKeyValue("offset", deadLetter.get("offset"))
                .addKeyValue("reason", reason)
                .addKeyValue("detail", deadLetter.getString("detail"))
                .log("The projector dead-lettered a record; the rest of its partition continues");
    }
}
