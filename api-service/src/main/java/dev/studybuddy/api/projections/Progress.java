package dev.studybuddy.api.projections;

import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.lag.Broker;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** How far generations are, from their journals and the ends of the topics. */
@Component
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final int MOST_REMEMBERED = 20;

    private final Broker broker;
    private final TopicChecks topics;
    private final MongoDatabases databases;
    private final ApiProperties properties;
    private final Map<Generation, Rate> rates = new ConcurrentHashMap<>();

    Progress(Broker broker, TopicChecks topics, MongoDatabases databases, ApiProperties properties) {
        this.broker = broker;
        this.topics = topics;
        this.databases = databases;
        this.properties = properties;
    }

    /**
     * How far a generation is.
     *
     * @param total the records on the topics; null where the broker is away
     * @param perSecond null before it was measured
     * @param lag records that it doesn't have yet; null where the broker is away
     */
    record State(
            long done,
            @Nullable Long total,
            @Nullable Double perSecond,
            @Nullable Double secondsLeft,
            @Nullable Long lag) {}

    State of(GenerationRecord record, int generation) {
        Map<String, Long> done = journals(record, generation);
        long sum = done.values().stream().mapToLong(Long::longValue).sum();
        Optional<Map<String, Long>> ends = knownEnds(record.reads());
        if (ends.isEmpty()) {
            return new State(sum, null, null, null, null);
        }
        long total = ends.get().values().stream().mapToLong(Long::longValue).sum();
        long lag = behind(done, ends.get());
        Double perSecond = measured(new Generation(record.model(), generation), sum);
        Double left = perSecond == null || perSecond <= 0 ? null : Double.valueOf(lag / perSecond);
        return new State(sum, total, perSecond, lag == 0 ? Double.valueOf(0) : left, lag);
    }

    /** Where the topics of some types end, by journal id. */
    Map<String, Long> ends(Set<AggregateType> types) {
        Map<String, Long> ends = new HashMap<>();
        Map<TopicPartition, Long> found = broker.ends(topics.partitions(types));
        for (AggregateType type : types) {
            String topic = type.topic(properties.topicPrefix());
            for (int partition = 0; partition < properties.topicPartitions(); partition++) {
                ends.put(
                        Names.journalId(type.code(), partition),
                        found.getOrDefault(new TopicPartition(topic, partition), 0L));
            }
        }
        return ends;
    }

    /** Up to where a generation is applied, by journal id. */
    Map<String, Long> journals(GenerationRecord record, int generation) {
        return ReadGeneration.of(record, generation, databases.requests()).done();
    }

    /** How many records are between positions and ends; a missing position is 0. */
    static long behind(Map<String, Long> done, Map<String, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - done.getOrDefault(end.getKey(), 0L)))
                .sum();
    }

    private Optional<Map<String, Long>> knownEnds(Set<AggregateType> types) {
        try {
            return Optional.of(ends(types));
        } catch (KafkaException away) {
            LOG.debug("How much there is to do is not known now", away);
            return Optional.empty();
        }
    }

    private @Nullable Double measured(Generation generation, long done) {
        long now = System.nanoTime();
        Rate before = rates.get(generation);
        if (before != null && now - before.at() < 1_000_000_000L) {
            return before.perSecond();
        }
        Double perSecond = before == null ? null : Double.valueOf((done - before.done()) * 1e9 / (now - before.at()));
        if (rates.size() >= MOST_REMEMBERED) {
            rates.clear();
        }
        rates.put(generation, new Rate(done, now, perSecond));
        return perSecond;
    }

    private record Generation(String model, int number) {}

    private record Rate(long done, long at, @Nullable Double perSecond) {}
}
