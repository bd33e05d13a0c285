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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Stores dead letters in MongoDB. It inserts a document only if the document is absent, so that neither a rebuild nor a
 * second instance opens a dead letter again. {@link DeadLetterCopier} sends the copy to the dead-letter topic later, so
 * that no partition waits for that topic.
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
        List<ConditionalWrite> inserts = new ArrayList<>();
        for (Document one : deadLetters) {
            Document fields = new Document(one).append(DeadLetter.COPIED, false);
            // An existing document does not match the second condition, so its insert is refused as a duplicate.
            Document absent = new Document("_id", fields.remove("_id")).append("state", new Document("$exists", false));
            inserts.add(new ConditionalWrite.Update(absent, new Document("$setOnInsert", fields)));
        }
        Map<Integer, WriteRefusal> refusals = new HashMap<>();
        session.write(Names.DEAD_LETTERS, inserts).forEach(one -> refusals.put(one.index(), one));
        for (int index = 0; index < deadLetters.size(); index++) {
            WriteRefusal refusal = refusals.get(index);
            if (refusal == null) {
                recordNew(deadLetters.get(index));
                continue;
            }
            String id = deadLetters.get(index).getString("_id");
            switch (refusal.kind()) {
                case DUPLICATE_KEY -> {}
                case PERMANENT ->
                    log.atError()
                            .addKeyValue("deadLetter", id)
                            .addKeyValue("error", refusal.message())
                            .log("MongoDB permanently refused a dead letter; only its record on the topic exists");
                case TEMPORARY -> throw new TemporaryRefusalException(Names.DEAD_LETTERS, id, refusal);
            }
        }
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
                .log("A record was dead-lettered; the rest of its partition continues");
    }
}
