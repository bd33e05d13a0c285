package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.kafka.TopicEndOffsets;
import dev.studybuddy.api.mongo.GenerationSelector;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.MongoUnavailableException;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Checks whether every read model with an active generation has applied the records that are on the topics. */
@Component
final class VisibilityCheck {

    private static final Logger LOG = LoggerFactory.getLogger(VisibilityCheck.class);

    private final TopicEndOffsets topicEndOffsets;
    private final GenerationSelector generationSelector;
    private final MongoReadBreaker breaker;
    private final MongoSessions mongoSessions;
    private final MonotonicClock clock;

    VisibilityCheck(
            TopicEndOffsets topicEndOffsets,
            GenerationSelector generationSelector,
            MongoReadBreaker breaker,
            MongoSessions mongoSessions,
            MonotonicClock clock) {
        this.topicEndOffsets = topicEndOffsets;
        this.generationSelector = generationSelector;
        this.breaker = breaker;
        this.mongoSessions = mongoSessions;
        this.clock = clock;
    }

    /**
     * Returns whether every read model with an active generation shows the events that were pending at the call of the
     * trigger. Returns null if MongoDB or Kafka is unavailable, or if no read model has an active generation. All reads
     * of MongoDB share one session and one generation of each read model.
     *
     * @param published whether all events that were pending at the call are on the topics; otherwise MongoDB does not
     *     show all of them
     * @param endNanos the end of the wait for the read models
     */
    @Nullable
    Boolean isVisible(boolean published, long endNanos) {
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            List<ReadGeneration> generations = generationSelector.findAll(session);
            if (generations.isEmpty()) {
                return null;
            }
            return published && awaitApplied(generations, endNanos);
        } catch (KafkaException unavailable) {
            LOG.atInfo()
                    .addKeyValue("error", unavailable.getMessage())
                    .log("A sync trigger could not read the end offsets from Kafka; it reports visibleInMongo as null");
            return null;
        } catch (MongoUnavailableException unavailable) {
            LOG.atInfo()
                    .addKeyValue("error", unavailable.getMessage())
                    .log("A sync trigger could not read the journals from MongoDB; it reports visibleInMongo as null");
            return null;
        }
    }

    private boolean awaitApplied(List<ReadGeneration> generations, long endNanos) {
        Map<AggregateType, Map<String, Long>> ends = readEndOffsets();
        while (true) {
            if (hasApplied(generations, ends)) {
                return true;
            }
            if (!CheckInterval.waitBefore(endNanos, clock)) {
                return false;
            }
        }
    }

    private Map<AggregateType, Map<String, Long>> readEndOffsets() {
        Map<AggregateType, Map<String, Long>> ends = new EnumMap<>(AggregateType.class);
        for (AggregateType type : AggregateType.values()) {
            ends.put(type, topicEndOffsets.read(EnumSet.of(type)));
        }
        return ends;
    }

    /** Returns whether every generation has applied its topics up to these end offsets. */
    private boolean hasApplied(List<ReadGeneration> generations, Map<AggregateType, Map<String, Long>> ends) {
        for (ReadGeneration generation : generations) {
            Map<String, Long> done = breaker.read(generation::done);
            for (AggregateType type : generation.reads()) {
                if (!hasReached(done, ends.getOrDefault(type, Map.of()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean hasReached(Map<String, Long> done, Map<String, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> done.getOrDefault(end.getKey(), -1L) >= end.getValue());
    }
}
