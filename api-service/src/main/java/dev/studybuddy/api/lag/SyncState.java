package dev.studybuddy.api.lag;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.GenerationRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All stages at one moment; what could not be asked is null.
 *
 * @param kafka whether the broker answered
 * @param records the read models' generations; null where MongoDB is away
 * @param groups those of all generations that are kept up; null where one is unknown
 * @param lags by read model, the age of the oldest committed event that it doesn't show; 0 only where there is none, and
 *     absent where unknown. Where the broker is away, that of the oldest pending event: it is at least so much
 */
public record SyncState(
        @Nullable OutboxBacklog outbox,
        boolean kafka,
        boolean mongo,
        @Nullable List<GenerationRecord> records,
        @Nullable List<GroupLag> groups,
        Map<String, Double> lags,
        @Nullable Long deadLetters,
        @Nullable Long brokenDocuments) {

    /** Whether everything is there that a write needs to reach MongoDB, in every read model. */
    public boolean flowing() {
        List<GroupLag> active = active();
        return outbox != null
                && kafka
                && mongo
                && outbox.ownedShards() == Shards.COUNT
                && active != null
                && active.stream().allMatch(GroupLag::covered);
    }

    /** The age of the oldest committed event that MongoDB doesn't show: the read model's that is farthest behind. */
    public @Nullable Double lagSeconds() {
        if (records == null || !answering(records).stream().allMatch(record -> lags.containsKey(record.model()))) {
            return null;
        }
        return answering(records).stream()
                .map(record -> lags.getOrDefault(record.model(), 0.0))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The groups of the generations that answer; null where one is unknown, or none answers. */
    public @Nullable List<GroupLag> active() {
        if (records == null || groups == null) {
            return null;
        }
        List<GenerationRecord> answering = answering(records);
        List<GroupLag> active = groups.stream()
                .filter(group -> answering.stream()
                        .anyMatch(record -> record.model().equals(group.model())
                                && Integer.valueOf(group.generation()).equals(record.active())))
                .toList();
        return answering.isEmpty() || active.size() < answering.size() ? null : active;
    }

    /** Those with a generation that answers: a model whose first is being built doesn't show anything yet. */
    private static List<GenerationRecord> answering(List<GenerationRecord> records) {
        return records.stream().filter(record -> record.active() != null).toList();
    }
}
