package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.kafka.TopicEndOffsets;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.PartitionProgress;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.Names;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Computes the progress of generations from their journals and the end offsets of the topics. */
@Component
final class GenerationProgress {

    private static final Logger LOG = LoggerFactory.getLogger(GenerationProgress.class);
    private static final int MAX_RATES = 20;

    private final TopicEndOffsets ends;
    private final MongoDatabases databases;
    private final MonotonicClock clock;
    private final Map<Key, Rate> rates = new ConcurrentHashMap<>();

    GenerationProgress(TopicEndOffsets ends, MongoDatabases databases, MonotonicClock clock) {
        this.ends = ends;
        this.databases = databases;
        this.clock = clock;
    }

    /**
     * A measurement holds the progress of one generation.
     *
     * @param done the sum of the offsets up to which the generation has applied its partitions
     * @param total the sum of the end offsets of these partitions; null if the lag is unknown
     * @param perSecond the number of records that the generation applies in one second; null before the second
     *     measurement, and if the lag is unknown
     * @param secondsLeft the expected time until the lag is 0, in seconds; 0 if the lag is 0. It is null if the lag is
     *     unknown, or if the lag is positive and the rate is unknown or not positive
     * @param lag the number of records that the generation has not applied; null if Kafka did not answer, if the
     *     generation is broken, if it has applied records that a topic does not have, or if a journal lacks an offset
     */
    record Measurement(
            long done,
            @Nullable Long total,
            @Nullable Double perSecond,
            @Nullable Double secondsLeft,
            @Nullable Long lag) {}

    /** Measures the present progress of a generation. */
    Measurement measure(GenerationRecord record, int generation) {
        Map<String, PartitionProgress> positions =
                generation(record, generation).positions();
        boolean broken = record.stateOf(generation) == GenerationState.BROKEN;
        Optional<Map<String, Long>> found =
                broken ? Optional.empty() : endOffsetsIfAvailable(record.readsOf(generation));
        return measure(new Key(record.model(), generation), positions, found);
    }

    /**
     * Measures the present progress of all listed generations. One query of Kafka serves all of them, so that the time
     * of the call does not grow with their number while Kafka is unavailable.
     *
     * @param session the MongoDB session of the request, in which the method reads all journals
     */
    Map<Key, Measurement> measure(List<GenerationRecord> records, MongoSessions.MongoSession session) {
        Map<Key, Map<String, PartitionProgress>> positions = new LinkedHashMap<>();
        records.forEach(record -> record.listed()
                .forEach(number -> positions.put(
                        new Key(record.model(), number),
                        session.bind(generation(record, number)).positions())));
        Optional<Map<String, Long>> all =
                positions.isEmpty() ? Optional.empty() : endOffsetsIfAvailable(EnumSet.allOf(AggregateType.class));
        Map<Key, Measurement> measurements = new LinkedHashMap<>();
        for (GenerationRecord record : records) {
            for (int number : record.listed()) {
                Key key = new Key(record.model(), number);
                boolean broken = record.stateOf(number) == GenerationState.BROKEN;
                Optional<Map<String, Long>> found =
                        broken ? Optional.empty() : all.map(present -> ofTypes(present, record.readsOf(number)));
                measurements.put(key, measure(key, positions.getOrDefault(key, Map.of()), found));
            }
        }
        return measurements;
    }

    private Measurement measure(Key key, Map<String, PartitionProgress> positions, Optional<Map<String, Long>> ends) {
        Map<String, Long> done = ReadGeneration.done(positions);
        long sum = done.values().stream().mapToLong(Long::longValue).sum();
        if (ends.isEmpty() || done.size() < positions.size() || isAhead(done, ends.get())) {
            return new Measurement(sum, null, null, null, null);
        }
        long total = ends.get().values().stream().mapToLong(Long::longValue).sum();
        long lag = lag(done, ends.get());
        Double perSecond = ratePerSecond(key, sum);
        Double left = perSecond == null || perSecond <= 0 ? null : Double.valueOf(lag / perSecond);
        return new Measurement(sum, total, perSecond, lag == 0 ? Double.valueOf(0) : left, lag);
    }

    private static Map<String, Long> ofTypes(Map<String, Long> ends, Set<AggregateType> types) {
        Map<String, Long> found = new HashMap<>();
        ends.forEach((journal, end) -> {
            if (types.stream().anyMatch(type -> Names.isJournalOf(type.code(), journal))) {
                found.put(journal, end);
            }
        });
        return found;
    }

    /** Returns the end offset of each partition of the given types' topics, by journal id. */
    Map<String, Long> endOffsets(Set<AggregateType> types) {
        return ends.read(types);
    }

    /** Returns the offset up to which a generation has applied each partition, by journal id. */
    Map<String, Long> appliedOffsets(GenerationRecord record, int generation) {
        return generation(record, generation).done();
    }

    /**
     * Returns the offset up to which a generation has applied each partition, by journal id. The method reads the
     * journals in the MongoDB session of a request.
     */
    Map<String, Long> appliedOffsets(GenerationRecord record, int generation, MongoSessions.MongoSession session) {
        return session.bind(generation(record, generation)).done();
    }

    private ReadGeneration generation(GenerationRecord record, int number) {
        return ReadGeneration.of(record, number, databases.requests());
    }

    /** Returns the number of records between the applied offsets and the ends; a missing offset counts as 0. */
    static long lag(Map<String, Long> done, Map<String, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - done.getOrDefault(end.getKey(), 0L)))
                .sum();
    }

    /** Returns whether a generation has applied, in every partition, the records below these ends. */
    static boolean hasReached(Map<String, Long> done, Map<String, Long> ends) {
        return lag(done, ends) == 0;
    }

    /**
     * Returns whether a partition ends below the applied offset, which was read first. The generation then read records
     * that the partition does not have, because the topic was replaced or created again, or because its log was
     * truncated.
     */
    static boolean isAhead(Map<String, Long> done, Map<String, Long> ends) {
        return done.entrySet().stream()
                .anyMatch(applied -> applied.getValue() > ends.getOrDefault(applied.getKey(), applied.getValue()));
    }

    private Optional<Map<String, Long>> endOffsetsIfAvailable(Set<AggregateType> types) {
        try {
            return Optional.of(endOffsets(types));
        } catch (KafkaException unavailable) {
            LOG.debug("Kafka did not answer; the progress of a generation has no total and no lag", unavailable);
            return Optional.empty();
        }
    }

    private @Nullable Double ratePerSecond(Key generation, long done) {
        long nowNanos = clock.nanos();
        Rate before = rates.get(generation);
        if (before != null && nowNanos - before.measuredAtNanos() < 1_000_000_000L) {
            return before.perSecond();
        }
        Double perSecond = before == null
                ? null
                : Double.valueOf((done - before.done()) * 1e9 / (nowNanos - before.measuredAtNanos()));
        if (rates.size() >= MAX_RATES) {
            rates.clear();
        }
        rates.put(generation, new Rate(done, nowNanos, perSecond));
        return perSecond;
    }

    /** A key identifies one generation of a read model. */
    record Key(String model, int number) {}

    private record Rate(
            long done, long measuredAtNanos, @Nullable Double perSecond) {}
}
