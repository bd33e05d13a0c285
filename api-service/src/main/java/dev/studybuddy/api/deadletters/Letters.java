package dev.studybuddy.api.deadletters;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.admin.OutboxRow;
import dev.studybuddy.api.admin.OutboxRows;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.mongo.MongoDatabases;
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

/** Dead letters of both sources: the projector's documents, and rows that a publisher gave up. */
@Component
final class Letters {

    private final MongoCollection<Document> documents;
    private final OutboxRows rows;
    private final ReplayProducer producer;
    private final RetryingTransactions transactions;
    private final ApiProperties properties;
    private final Clock clock;

    Letters(
            MongoDatabases databases,
            OutboxRows rows,
            ReplayProducer producer,
            RetryingTransactions transactions,
            ApiProperties properties,
            Clock clock) {
        this.documents = databases.requests().getCollection(Names.DEAD_LETTERS);
        this.rows = rows;
        this.producer = producer;
        this.transactions = transactions;
        this.properties = properties;
        this.clock = clock;
    }

    /** The projector's, in the order of their ids. */
    List<DeadLetter> ofProjector(LetterQuery query, @Nullable String after, @Nullable Instant upTo, int limit) {
        List<DeadLetter> found = new ArrayList<>();
        for (Document one : documents
                .find(query.filter(after, upTo))
                .sort(new Document("_id", 1))
                .limit(limit)) {
            found.add(DeadLetter.of(one));
        }
        return found;
    }

    /** The publishers', in the order of their shards and ids; they are all open. */
    List<OutboxRow> ofPublisher(LetterQuery query, int shard, UUID after, int limit) {
        String type = null;
        if (query.topic() != null) {
            type = Stream.of(AggregateType.values())
                    .filter(one -> one.topic(properties.topicPrefix()).equals(query.topic()))
                    .findFirst()
                    .map(AggregateType::code)
                    .orElse("");
        }
        boolean open = query.state() == null || query.state().equals(DeadLetter.code(DeadLetter.State.OPEN));
        return open ? rows.deadLetters(shard, after, type, query.reason(), query.key(), limit) : List.of();
    }

    /** How many of the projector's match, counted to 10 000. */
    long count(LetterQuery query) {
        return documents.countDocuments(query.filter(null, null), new CountOptions().limit(10_000));
    }

    Optional<DeadLetter> document(String id) {
        return Optional.ofNullable(documents.find(new Document("_id", id)).first())
                .map(DeadLetter::of);
    }

    /** A row that a publisher gave up; empty for ids that are no UUID too. */
    Optional<OutboxRow> row(String id) {
        UUID uuid;
        try {
            uuid = UUID.fromString(id);
        } catch (IllegalArgumentException ofProjector) {
            return Optional.empty();
        }
        return rows.failed(uuid).filter(row -> row.deadLetteredAt() != null);
    }

    /** Sends an open one to its topic again, its count raised; false where it isn't open any more. */
    boolean replay(DeadLetter letter) {
        if (letter.state() != DeadLetter.State.OPEN) {
            return false;
        }
        producer.send(letter);
        return mark(letter.id(), DeadLetter.State.REPLAYED);
    }

    boolean replay(OutboxRow row) {
        return transactions.run(() -> rows.retry(row));
    }

    boolean discard(DeadLetter letter) {
        return mark(letter.id(), DeadLetter.State.DISCARDED);
    }

    boolean discard(OutboxRow row) {
        return transactions.run(() -> rows.discard(row));
    }

    private boolean mark(String id, DeadLetter.State state) {
        Document open = new Document("_id", id).append("state", DeadLetter.code(DeadLetter.State.OPEN));
        Document change = new Document("state", DeadLetter.code(state)).append("lastAt", Date.from(clock.instant()));
        return documents.updateOne(open, new Document("$set", change)).getMatchedCount() == 1;
    }
}
