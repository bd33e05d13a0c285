package dev.studybuddy.api.operations.deadletter;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.EventKind;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Erases the content of the projector's dead letters of deleted aggregates. An open dead letter without its content can
 * only be discarded. The event of the deletion itself keeps its content, because it contains no personal data and may
 * have to be replayed.
 */
@Component
public final class DeadLetterErasure {

    private final MongoCollection<Document> documents;

    DeadLetterErasure(MongoDatabases databases) {
        this.documents = databases.jobs().getCollection(Names.DEAD_LETTERS);
    }

    /**
     * Holds one page of the keys of dead letters.
     *
     * @param keys the keys as texts
     * @param last the position that the next page follows; null on the last page
     */
    public record KeyPage(Set<String> keys, @Nullable Binary last) {

        public KeyPage {
            keys = Set.copyOf(keys);
        }
    }

    /** Returns the position of a key in the order of {@link #findKeysAfter}. */
    public static Binary position(String key) {
        return new Binary(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the keys of the dead letters after a position, whether their content is erased or not. The index of keys
     * answers the query without reading the dead letters.
     *
     * @param limit the largest number of dead letters of a page
     */
    public KeyPage findKeysAfter(Binary position, int limit) {
        Set<String> keys = new LinkedHashSet<>();
        Binary last = position;
        int found = 0;
        for (Document document : documents
                .find(new Document("key", new Document("$gt", position)))
                .projection(new Document("key", 1).append("_id", 0))
                .sort(new Document("key", 1).append("_id", 1))
                .limit(limit)) {
            last = document.get("key", Binary.class);
            keys.add(new String(last.getData(), StandardCharsets.UTF_8));
            found++;
        }
        return new KeyPage(keys, found < limit ? null : last);
    }

    /** Returns those of the given aggregates that have dead letters whose content is not erased. */
    public Set<String> findErasable(Collection<String> aggregateIds) {
        Set<String> erasable = new LinkedHashSet<>();
        for (Document document : documents.find(erasable(aggregateIds)).projection(new Document("key", 1))) {
            erasable.add(key(document));
        }
        return erasable;
    }

    /**
     * Returns the ids of the users that the values of the dead letters of the given aggregates name as their owners. A
     * value that is no JSON object with such an id names none.
     */
    public Map<String, Set<String>> findOwners(Collection<String> aggregateIds) {
        Map<String, Set<String>> owners = new HashMap<>();
        Document fields = new Document("key", 1).append("value", 1);
        for (Document document : documents.find(erasable(aggregateIds)).projection(fields)) {
            String owner = owner(document.get("value", Binary.class));
            if (!owner.isEmpty()) {
                owners.computeIfAbsent(key(document), id -> new LinkedHashSet<>())
                        .add(owner);
            }
        }
        return owners;
    }

    private static String owner(@Nullable Binary value) {
        if (value == null) {
            return "";
        }
        try {
            return EventJson.tree(value.getData()).path("userId").asString("");
        } catch (JacksonException noJson) {
            return "";
        }
    }

    private static String key(Document document) {
        return new String(document.get("key", Binary.class).getData(), StandardCharsets.UTF_8);
    }

    /**
     * Erases the content of the dead letters of deleted aggregates.
     *
     * @param aggregateIds the ids of the aggregates, which are the keys of their records
     * @return the number of dead letters whose content was erased
     */
    public long erase(Collection<String> aggregateIds) {
        return documents
                .updateMany(erasable(aggregateIds), DeadLetter.erasure())
                .getModifiedCount();
    }

    /**
     * Returns the filter of the dead letters whose content is not erased. A dead letter whose value was omitted has no
     * value, but it has headers and a detail. Its {@code valueBytes} are 0 if the omitted value was empty.
     */
    private static Document erasable(Collection<String> aggregateIds) {
        List<Binary> keys =
                aggregateIds.stream().map(DeadLetterErasure::position).toList();
        List<String> deletions = Stream.of(AggregateType.values())
                .map(type -> type.event(EventKind.DELETED))
                .toList();
        return new Document("key", new Document("$in", keys))
                .append("eventType", new Document("$nin", deletions))
                .append(
                        "$or",
                        List.of(
                                new Document("valueBytes", new Document("$ne", 0L)),
                                new Document("detail", new Document("$ne", ""))));
    }
}
