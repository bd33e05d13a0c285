package dev.studybuddy.api.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Provides the collections of one generation of a read model. A request uses one generation for all its reads.
 *
 * @param model the name of the read model
 * @param number the number of the generation
 * @param reads the aggregate types for which the generation has mirrors and journals
 * @param database the database that holds the collections
 * @param session the session of the driver that all reads use; null if they use none
 */
public record ReadGeneration(
        String model,
        int number,
        Set<AggregateType> reads,
        MongoDatabase database,
        @Nullable ClientSession session) {

    /** MongoDB answers with this code if a hint names an index that does not exist. */
    private static final int BAD_VALUE = 2;

    /** The id of a journal consists of an aggregate type and a partition, as in {@code todo-3}. */
    private static final Pattern JOURNAL_ID = Pattern.compile("[^-]+-[0-9]+");

    /** Returns the generation with this number from a generation record. */
    public static ReadGeneration of(GenerationRecord record, int number, MongoDatabase database) {
        return new ReadGeneration(record.model(), number, record.readsOf(number), database, null);
    }

    /** Returns this generation with all its reads in a session; null ends the use of a session. */
    ReadGeneration withSession(@Nullable ClientSession other) {
        return new ReadGeneration(model, number, reads, database, other);
    }

    /** Returns this generation with all its reads through another client, without a session. */
    public ReadGeneration withDatabase(MongoDatabase other) {
        return new ReadGeneration(model, number, reads, other, null);
    }

    /** Returns whether a journal belongs to a partition of a topic that the generation reads. */
    boolean readsJournal(String journalId) {
        return reads.stream().anyMatch(type -> Names.isJournalOf(type.code(), journalId));
    }

    /** Returns the collection of the mirrors of one aggregate type. */
    public ReadCollection mirrors(AggregateType type) {
        return collection(Names.mirrors(model, type) + Names.suffix(number));
    }

    /** Returns the collection of the rollups. */
    public ReadCollection rollups() {
        return collection(Names.rollups(model) + Names.suffix(number));
    }

    /** Returns the collection of the journals. */
    ReadCollection journal() {
        return collection(Names.journal(model, number));
    }

    /**
     * Returns the offsets {@code hi} and {@code done} of each partition that the generation reads, by journal id. The
     * map is empty without journals. Documents that are no journals are ignored, because a person may have inserted
     * them. An index covers the read, so that the server does not load the plans in the journals. A projector of an
     * earlier version did not create this index. Without it, the method reads the whole journals, which takes longer.
     */
    public Map<String, PartitionProgress> positions() {
        try {
            return positions(journalPositions().hint(JournalFields.positionsIndex()));
        } catch (MongoCommandException refused) {
            if (refused.getErrorCode() != BAD_VALUE) {
                throw refused;
            }
            return positions(journalPositions());
        }
    }

    /**
     * Returns the offset up to which each partition is applied, by journal id. A partition is absent if it has no
     * journal, or if its journal holds no such number.
     */
    public Map<String, Long> done() {
        return done(positions());
    }

    /** Returns the offset up to which each partition is applied, if it is known, by journal id. */
    public static Map<String, Long> done(Map<String, PartitionProgress> positions) {
        Map<String, Long> done = new HashMap<>();
        positions.forEach((journal, position) -> {
            if (position.done() != null) {
                done.put(journal, position.done());
            }
        });
        return done;
    }

    private FindIterable<Document> journalPositions() {
        return journal().find().projection(JournalFields.positionsIndex());
    }

    private Map<String, PartitionProgress> positions(Iterable<Document> journals) {
        Map<String, PartitionProgress> positions = new HashMap<>();
        for (Document journal : journals) {
            if (journal.get("_id") instanceof String id
                    && JOURNAL_ID.matcher(id).matches()
                    && readsJournal(id)) {
                positions.put(
                        id,
                        new PartitionProgress(offset(journal, JournalFields.HI), offset(journal, JournalFields.DONE)));
            }
        }
        return positions;
    }

    private static @Nullable Long offset(Document journal, String field) {
        return journal.get(field) instanceof Number offset ? Long.valueOf(offset.longValue()) : null;
    }

    private ReadCollection collection(String name) {
        return new ReadCollection(database.getCollection(name), session);
    }
}
