package dev.studybuddy.projector.deadletter;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.Loop;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Creates the indexes of dead letters, so that neither a list nor the count of open dead letters reads the whole
 * collection, which only grows. Each index ends with the id, because lists are in the order of ids. The loop creates
 * the indexes at the start and once an hour, because a restore may remove them. An existing index stays unchanged.
 */
@Component
final class DeadLetterIndexes implements BackgroundWork {

    /**
     * Lists filter by the first four fields, the count of open dead letters by the state, and the copier by the last.
     */
    static final List<String> FIELDS = List.of("state", "key", "topic", "reason", DeadLetter.COPIED);

    /**
     * With the index of these fields, the retention finds the dead letters that were replayed or discarded long ago.
     */
    private static final Document OF_RETENTION =
            new Document("topic", 1).append("state", 1).append("lastAt", 1);

    /**
     * A group of dead letters contains those of one topic and one reason. The list of groups reads the first entry of
     * each group from this index, and counts the others in it.
     */
    static final Document CAUSE = new Document("state", 1)
            .append("topic", 1)
            .append("reason", 1)
            .append("firstAt", 1)
            .append("_id", 1);

    /**
     * MongoDB answers with these codes if an index conflicts with an existing one. Code 85 reports different options,
     * and code 86 reports different keys.
     */
    private static final Set<Integer> CONFLICTS = Set.of(85, 86);

    private static final Logger log = LoggerFactory.getLogger(DeadLetterIndexes.class);
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);
    private static final Backoff RETRY = Backoff.between(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final MongoCollection<Document> deadLetters;
    private final Loop loop;

    DeadLetterIndexes(MongoDatabase database) {
        this.deadLetters = database.getCollection(Names.DEAD_LETTERS);
        this.loop = new Loop("dead-letter-indexes", this::createAllInLoop, RETRY);
    }

    /**
     * Creates the indexes that do not exist. An index that conflicts with an existing one is logged. Neither a
     * conflict, nor a refusal, nor a request that MongoDB does not answer prevents the creation of the other indexes.
     *
     * @throws MongoCommandException if MongoDB refuses to create an index that conflicts with no other
     * @throws MongoSocketException if MongoDB does not answer the request for an index
     * @throws MongoExecutionTimeoutException if MongoDB ends the creation of an index at the timeout of the driver
     * @throws MongoOperationTimeoutException if the timeout of the driver ends the request for an index
     */
    void createAll() {
        List<MongoException> failures = new ArrayList<>();
        for (String field : FIELDS) {
            create("by_" + field, new Document(field, 1).append("_id", 1)).ifPresent(failures::add);
        }
        create("by_topic_state_lastAt", OF_RETENTION).ifPresent(failures::add);
        create("by_cause", CAUSE).ifPresent(failures::add);
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        log.atDebug().log("All indexes of dead letters exist, except for those that conflict with an existing index");
    }

    /** Creates an index if it is missing. Returns the failure, or empty if the index exists or conflicts. */
    private Optional<MongoException> create(String name, Document keys) {
        try {
            deadLetters.createIndex(keys, new IndexOptions().name(name));
            return Optional.empty();
        } catch (MongoCommandException refused) {
            if (!CONFLICTS.contains(refused.getErrorCode())) {
                return Optional.of(refused);
            }
            log.atWarn()
                    .addKeyValue("index", name)
                    .addKeyValue("keys", keys.toJson())
                    .addKeyValue("conflict", refused.getErrorMessage())
                    .log("An index of dead letters conflicts with an existing one, which stays unchanged; lists may"
                            + " read more documents until an operator drops the existing index");
            return Optional.empty();
        } catch (MongoSocketException | MongoExecutionTimeoutException | MongoOperationTimeoutException unanswered) {
            // MongoDB may need longer for an index of a large collection than the driver waits for an answer.
            return Optional.of(unanswered);
        }
    }

    private long createAllInLoop() {
        createAll();
        return PERIOD.toNanos();
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }
}
