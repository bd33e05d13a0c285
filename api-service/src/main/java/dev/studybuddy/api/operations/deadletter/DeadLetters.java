package dev.studybuddy.api.operations.deadletter;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.kafka.ReplayProducer;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.ReadCollection;
import dev.studybuddy.api.outbox.DeadLetteredRowCriteria;
import dev.studybuddy.api.outbox.DeadLetteredRowTable;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads, replays and discards the dead letters of both sources: the projector's documents and the publishers' outbox
 * rows.
 */
@Component
public final class DeadLetters {

    private static final int MAX_COUNT = 10_000;

    /**
     * Kafka limits a record to 1 MB by default, so the values of a batch have at most about {@link #MAX_LIST_BYTES}.
     * If Kafka permits larger records, MongoDB ends a batch at 16 MB. With much smaller batches, the round trips for a
     * page of 200 dead letters can take longer than the time limit of a read.
     */
    private static final int BATCH_SIZE = 8;

    /** A list ends as soon as its values have at least this number of bytes together. */
    private static final int MAX_LIST_BYTES = 8 << 20;

    /**
     * A part of the list of the projector's dead letters.
     *
     * @param more whether further dead letters follow the last one, or may follow it after a list that ended early
     *     because of its bytes
     */
    record DocumentPage(List<DeadLetterView> deadLetters, boolean more) {}

    private final MongoCollection<Document> documents;
    private final ReadCollection reads;
    private final MongoSessions mongoSessions;
    private final OutboxTable outbox;
    private final DeadLetteredRowTable rows;
    private final ReplayProducer producer;
    private final RetryingTransactions transactions;
    private final TopicProperties properties;
    private final Clock clock;

    DeadLetters(
            MongoDatabases databases,
            MongoSessions mongoSessions,
            OutboxTable outbox,
            DeadLetteredRowTable rows,
            ReplayProducer producer,
            RetryingTransactions transactions,
            TopicProperties properties,
            Clock clock) {
        this.documents = databases.requests().getCollection(Names.DEAD_LETTERS);
        this.reads = ReadCollection.withoutSession(documents);
        this.mongoSessions = mongoSessions;
        this.outbox = outbox;
        this.rows = rows;
        this.producer = producer;
        this.transactions = transactions;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Returns the projector's dead letters that match, in the order of their ids. If their values are large, the page
     * has fewer of them than the limit.
     *
     * @param after the id that the list follows; null for the beginning of the list
     */
    DocumentPage findDocuments(DeadLetterCriteria criteria, @Nullable String after, int limit) {
        return firstOf(reads.find(criteria.toFilter(after, null)), limit);
    }

    /**
     * Returns the projector's dead letters that match, in the order of their ids. The method reads them in the MongoDB
     * session of a request. If their values are large, the list has fewer of them than the limit.
     */
    public List<DeadLetterView> findDocuments(
            DeadLetterCriteria criteria, int limit, MongoSessions.MongoSession session) {
        return firstOf(session.bind(documents).find(criteria.toFilter(null, null)), limit)
                .deadLetters();
    }

    /** Returns the first of these dead letters. The method holds the values of one batch at a time. */
    static DocumentPage firstOf(FindIterable<Document> matching, int limit) {
        List<DeadLetterView> found = new ArrayList<>();
        long bytes = 0;
        for (Document document :
                matching.sort(new Document("_id", 1)).limit(limit + 1).batchSize(BATCH_SIZE)) {
            if (found.size() == limit) {
                return new DocumentPage(found, true);
            }
            DeadLetter deadLetter = DeadLetter.of(document);
            bytes += deadLetter.value() == null ? 0 : deadLetter.value().length();
            found.add(DeadLetterView.of(deadLetter));
            if (bytes >= MAX_LIST_BYTES) {
                // The next document can be in a further batch, whose transfer would double the time of this list.
                return new DocumentPage(found, true);
            }
        }
        return new DocumentPage(found, false);
    }

    /**
     * Returns the ids of the projector's dead letters that match, in their order.
     *
     * @param after the id that the list follows; null for the beginning of the list
     * @param upTo the latest time of the last change of a dead letter
     */
    List<String> findDocumentIds(DeadLetterCriteria criteria, @Nullable String after, Instant upTo, int limit) {
        List<String> found = new ArrayList<>();
        for (Document document : reads.find(criteria.toFilter(after, upTo))
                .projection(new Document("_id", 1))
                .sort(new Document("_id", 1))
                .limit(limit)) {
            found.add(String.valueOf(document.get("_id")));
        }
        return found;
    }

    /** Returns the projector's dead letter with this id if it still matches. */
    Optional<DeadLetter> findDocument(DeadLetterCriteria criteria, Instant upTo, String id) {
        return Optional.ofNullable(reads.find(criteria.toFilter(null, upTo).append("_id", id))
                        .first())
                .map(DeadLetter::of);
    }

    /**
     * Returns the groups of open dead letters of both sources, the publishers' first. A group contains the dead letters
     * of one source and topic with the same cause.
     */
    List<DeadLetterGroup> findGroups() {
        List<DeadLetterGroup> groups = new ArrayList<>();
        for (DeadLetteredRowTable.CauseGroup group : rows.findGroups()) {
            groups.add(
                    DeadLetterGroup.of(group, DeadLetterView.topic(group.aggregateType(), properties.topicPrefix())));
        }
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            groups.addAll(new DocumentGroups(session.bind(documents)).find());
        }
        return groups;
    }

    /**
     * Returns the rows that the publishers dead-lettered, in the order of their shards and ids. Each of them is open.
     *
     * @param after the position that the list follows
     */
    DeadLetteredRowTable.RowPage findRows(DeadLetterCriteria criteria, DeadLetteredRowTable.Position after, int limit) {
        return concernsOpen(criteria)
                ? rows.find(rowsOf(criteria), after, limit)
                : new DeadLetteredRowTable.RowPage(List.of(), null);
    }

    /**
     * Counts the open dead letters that criteria select. The count of each source stops at 10 000, and the count of
     * the publishers' dead letters ends after about a second.
     */
    MatchCount count(DeadLetterJobCriteria criteria) {
        MatchCount none = new MatchCount(0, true);
        return (criteria.includesRows() ? countRows(criteria.further()) : none)
                .plus(criteria.includesDocuments() ? countDocuments(criteria.further()) : none);
    }

    private MatchCount countRows(DeadLetterCriteria criteria) {
        if (!concernsOpen(criteria)) {
            return new MatchCount(0, true);
        }
        DeadLetteredRowTable.Count count = rows.count(rowsOf(criteria), MAX_COUNT);
        return new MatchCount(count.rows(), count.exact());
    }

    private MatchCount countDocuments(DeadLetterCriteria criteria) {
        CountOptions upToOneMore = new CountOptions().limit(MAX_COUNT + 1);
        long found = reads.countDocuments(criteria.toFilter(null, null), upToOneMore);
        return new MatchCount(Math.min(found, MAX_COUNT), found <= MAX_COUNT);
    }

    private static boolean concernsOpen(DeadLetterCriteria criteria) {
        return criteria.state() == null || criteria.state().equals(DeadLetter.code(DeadLetter.State.OPEN));
    }

    private DeadLetteredRowCriteria rowsOf(DeadLetterCriteria criteria) {
        String type = null;
        if (criteria.topic() != null) {
            type = Stream.of(AggregateType.values())
                    .filter(candidate -> properties.topic(candidate).equals(criteria.topic()))
                    .findFirst()
                    .map(AggregateType::code)
                    .orElse("");
        }
        return new DeadLetteredRowCriteria(type, criteria.reason(), criteria.key(), criteria.cause());
    }

    Optional<DeadLetter> findDocument(String id) {
        return Optional.ofNullable(reads.find(new Document("_id", id)).first()).map(DeadLetter::of);
    }

    /** Returns the dead-lettered row with this id, or empty if no such row exists or the id is no UUID. */
    Optional<OutboxEvent> findRow(String id) {
        UUID uuid;
        try {
            uuid = UUID.fromString(id);
        } catch (IllegalArgumentException notUuid) {
            return Optional.empty();
        }
        return outbox.findWithFailedAttempt(uuid).filter(OutboxEvent::isDeadLettered);
    }

    /**
     * Sends an open dead letter to its topic again, with its retry count raised by one, and sets its state to replayed.
     * The method sends nothing and returns false if the dead letter is not open or its value is not stored. It sends
     * the record and returns false if another request changes the state during the send.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka refuses the record or does not acknowledge it in time
     */
    boolean replay(DeadLetter deadLetter) {
        if (deadLetter.state() != DeadLetter.State.OPEN || deadLetter.isValueOmitted()) {
            return false;
        }
        producer.send(deadLetter);
        return setState(deadLetter.id(), DeadLetter.State.REPLAYED);
    }

    boolean replay(OutboxEvent row) {
        return transactions.run(() -> outbox.retry(row));
    }

    boolean discard(DeadLetter deadLetter) {
        return setState(deadLetter.id(), DeadLetter.State.DISCARDED);
    }

    boolean discard(OutboxEvent row) {
        return transactions.run(() -> outbox.discard(row));
    }

    private boolean setState(String id, DeadLetter.State state) {
        Document open = new Document("_id", id).append("state", DeadLetter.code(DeadLetter.State.OPEN));
        Document change = new Document("state", DeadLetter.code(state)).append("lastAt", Date.from(clock.instant()));
        return documents.updateOne(open, new Document("$set", change)).getMatchedCount() == 1;
    }
}
