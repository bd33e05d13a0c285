package dev.studybuddy.api.lag;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.GenerationRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All stages at one moment; what could not be asked is null.
 *
 * @param kafka whether the broker answered
 * @param record the read model's generations; null where MongoDB is away, or has none
 * @param lagSeconds the age of the oldest committed event that MongoDB doesn't show; 0 only where there is none. Where
 *     the broker or MongoDB is away, that of the oldest pending event: it is at least so much
 */
public record SyncState(
        @Nullable OutboxBacklog outbox,
        boolean kafka,
        boolean mongo,
        @Nullable GenerationRecord record,
        @Nullable List<GroupLag> groups,
        @Nullable Double lagSeconds,
        @Nullable Long deadLetters,
        @Nullable Long brokenDocuments) {

    /** Whether everything is there that a write needs to reach MongoDB. */
    public boolean flowing() {
        GroupLag group = active();
        return outbox != null
                && kafka
                && mongo
                && outbox.ownedShards() == Shards.COUNT
                && group != null
                && group.covered();
    }

    /** The group of the active generation; null where unknown. */
    public @Nullable GroupLag active() {
        if (record == null || record.active() == null || groups == null) {
            return null;
        }
        int number = record.active();
        return groups.stream()
                .filter(one -> one.generation() == number)
                .findFirst()
                .orElse(null);
    }
}
