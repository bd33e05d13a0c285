package dev.studybuddy.api.operations.deadletter;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.mongo.ReadCollection;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Groups the projector's open dead letters by topic and reason. It reads the index {@code by_cause} from one group to
 * the next and counts each group in the index, so that it reads no values. Each group needs three reads, and the
 * request's deadline limits the time of all reads together.
 */
final class DocumentGroups {

    private static final int MAX_GROUPS = 200;
    private static final int MAX_COUNT = 100_000;
    private static final Document FIELDS =
            new Document("topic", 1).append("reason", 1).append("firstAt", 1);
    /** A document that was written by hand may lack the topic or the reason. It belongs to no group. */
    private static final Document ANY_TEXT = new Document("$gte", "");

    private static final Document OLDEST_FIRST = causeOrder(1);
    private static final Document NEWEST_FIRST = causeOrder(-1);

    private final ReadCollection documents;

    DocumentGroups(ReadCollection documents) {
        this.documents = documents;
    }

    private static Document causeOrder(int direction) {
        return new Document("topic", direction).append("reason", direction).append("firstAt", direction);
    }

    /** Returns the groups in the order of their topics and reasons, at most 200. */
    List<DeadLetterGroup> find() {
        List<DeadLetterGroup> groups = new ArrayList<>();
        Document first = first(open().append("topic", ANY_TEXT).append("reason", ANY_TEXT), OLDEST_FIRST);
        while (first != null && groups.size() < MAX_GROUPS) {
            String topic = first.getString("topic");
            String reason = first.getString("reason");
            groups.add(group(topic, reason, first));
            Document laterReason = new Document("topic", topic).append("reason", new Document("$gt", reason));
            Document laterTopic = new Document("topic", new Document("$gt", topic)).append("reason", ANY_TEXT);
            first = first(open().append("$or", List.of(laterReason, laterTopic)), OLDEST_FIRST);
        }
        return groups;
    }

    private DeadLetterGroup group(String topic, String reason, Document oldest) {
        Document filter = open().append("topic", topic).append("reason", reason);
        long count = documents.countDocuments(filter, new CountOptions().limit(MAX_COUNT + 1));
        Document newest = first(filter, NEWEST_FIRST);
        Instant oldestAt = DeadLetter.time(oldest, "firstAt");
        return new DeadLetterGroup(
                DeadLetterView.PROJECTOR,
                topic,
                reason,
                Math.min(count, MAX_COUNT),
                count <= MAX_COUNT,
                oldestAt,
                // An operator may have replayed or discarded all dead letters of the group after the method read the
                // oldest one.
                newest == null ? oldestAt : DeadLetter.time(newest, "firstAt"),
                String.valueOf(oldest.get("_id")));
    }

    private @Nullable Document first(Document filter, Document order) {
        return documents.find(filter).projection(FIELDS).sort(order).first();
    }

    private static Document open() {
        return new Document("state", DeadLetter.code(DeadLetter.State.OPEN));
    }
}
