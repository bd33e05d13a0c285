package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.SchemaWait;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sample holds the values of all stages at one moment. A value that could not be read is null.
 *
 * @param writable whether CockroachDB accepted writes in the last seconds
 * @param outbox the backlog of the outbox; null if CockroachDB did not answer this query in time
 * @param kafka whether Kafka answered
 * @param mongo whether MongoDB answered
 * @param records the generation records of all read models; null if MongoDB did not answer
 * @param groups the consumer lag of every active, previous and building generation; null if no generation record was
 *     read, or if the offsets of one of these generations could not be read
 * @param lags the age in seconds of the oldest committed event that a read model does not show, by read model. It is 0
 *     only if there is no such event, and absent if it is unknown. A pending event counts for every read model, even
 *     for one that does not read its type. The lag of a broken generation is unknown. If Kafka did not return the end
 *     offsets, the lag is a lower bound: the age of the oldest pending event
 * @param deadLetters the number of open dead letters of the projector; null if MongoDB did not answer.
 *     {@link #areDeadLettersExact} states whether the number is exact
 * @param brokenByModel the number of broken documents of listed generations, by read model; null if MongoDB did not
 *     answer. The number 10 001 is a lower bound
 * @param schemaWaits the partitions that wait for a projector that reads a newer schema; null if MongoDB did not answer
 */
public record PipelineSample(
        boolean writable,
        @Nullable OutboxBacklog outbox,
        boolean kafka,
        boolean mongo,
        @Nullable List<GenerationRecord> records,
        @Nullable List<GroupLag> groups,
        Map<String, Double> lags,
        @Nullable Long deadLetters,
        @Nullable Map<String, Long> brokenByModel,
        @Nullable List<SchemaWait> schemaWaits) {

    /** Returns whether the number of dead letters is exact and no lower bound; null if it is unknown. */
    public @Nullable Boolean areDeadLettersExact() {
        return deadLetters == null ? null : Boolean.valueOf(DeadLetterCounts.isExact(deadLetters));
    }

    /** Returns whether the number of broken documents is exact and no lower bound; null if it is unknown. */
    public @Nullable Boolean areBrokenDocumentsExact() {
        Long broken = brokenDocuments();
        return broken == null ? null : Boolean.valueOf(DeadLetterCounts.isExact(broken));
    }

    /**
     * Returns whether every write can reach every read model: all servers answer, live publishers own all shards, no
     * active generation is broken, and the partitions of all active generations are assigned.
     */
    public boolean canDeliverWrites() {
        List<GroupLag> active = activeGroups();
        return outbox != null
                && kafka
                && mongo
                && outbox.ownedShards() == Shards.COUNT
                && records != null
                && withActiveGeneration(records).stream().noneMatch(record -> isBroken(record, record.active()))
                && active != null
                && active.stream().allMatch(GroupLag::isCovered);
    }

    /**
     * Returns the highest lag of any read model with an active generation, in seconds; null if the lag of any of them
     * is unknown or if no read model has an active generation.
     */
    public @Nullable Double lagSeconds() {
        if (records == null
                || !withActiveGeneration(records).stream().allMatch(record -> lags.containsKey(record.model()))) {
            return null;
        }
        return withActiveGeneration(records).stream()
                .map(record -> lags.getOrDefault(record.model(), 0.0))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /**
     * Returns the consumer lag of all active generations; null if {@code records} or {@code groups} is null, or if no
     * read model has an active generation.
     */
    public @Nullable List<GroupLag> activeGroups() {
        if (records == null || groups == null) {
            return null;
        }
        List<GenerationRecord> serving = withActiveGeneration(records);
        List<GroupLag> active = groups.stream()
                .filter(group -> serving.stream()
                        .anyMatch(record -> record.model().equals(group.model())
                                && Integer.valueOf(group.generation()).equals(record.active())))
                .toList();
        return serving.isEmpty() || active.size() < serving.size() ? null : active;
    }

    /**
     * Returns the number of broken documents of all listed generations; null if MongoDB did not answer. The
     * number 10 001 is a lower bound.
     */
    public @Nullable Long brokenDocuments() {
        if (brokenByModel == null) {
            return null;
        }
        long sum = brokenByModel.values().stream().mapToLong(Long::longValue).sum();
        return Math.min(sum, DeadLetterCounts.MAX_COUNT);
    }

    /**
     * Returns for each read model 1 if its active or its building generation is broken, and otherwise 0. The map is
     * empty if MongoDB did not answer.
     */
    public Map<String, Integer> brokenGenerations() {
        Map<String, Integer> broken = new TreeMap<>();
        for (GenerationRecord record : records == null ? List.<GenerationRecord>of() : records) {
            boolean found = isBroken(record, record.active()) || isBroken(record, record.building());
            broken.put(record.model(), found ? 1 : 0);
        }
        return broken;
    }

    /**
     * Returns the code of the state of a group's generation; {@code retired} if its read model is not listed any more.
     */
    String stateOf(GroupLag group) {
        return (records == null ? List.<GenerationRecord>of() : records)
                .stream()
                        .filter(record -> record.model().equals(group.model()))
                        .map(record -> record.stateCode(group.generation()))
                        .findFirst()
                        .orElse(GenerationState.RETIRED.code());
    }

    private static boolean isBroken(GenerationRecord record, @Nullable Integer generation) {
        return generation != null && record.stateOf(generation) == GenerationState.BROKEN;
    }

    /**
     * Returns the records with an active generation. A read model whose first generation is being built has none.
     */
    private static List<GenerationRecord> withActiveGeneration(List<GenerationRecord> records) {
        return records.stream().filter(record -> record.active() != null).toList();
    }
}
