package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back the topics that Kafka does not permit a consumer to read, each for 5 s after a refusal, so that the
 * partitions of the other topics continue. The wait of a topic ends when the consumer receives records of it. It also
 * ends after polls that included a partition of the topic, lasted 5 s together, and were not refused. Other polls may
 * lie between them. Only the thread of the consumer uses an instance.
 */
final class UnauthorizedTopics {

    private static final Logger log = LoggerFactory.getLogger(UnauthorizedTopics.class);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    /** Kafka refuses a topic within this time. A single poll shows nothing, because it may end before the refusal. */
    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(5);

    private final String generation;
    private final Set<String> topics;
    private final PermissionWaits waits;
    private final MonotonicClock clock;

    /** This map holds the time of the next attempt of each topic that waits. */
    private final Map<String, Long> retryNanos = new HashMap<>();

    /** This map holds the polls of each topic that waits since its last refusal. */
    private final Map<String, Polls> pollsSinceRefusal = new HashMap<>();

    /**
     * This record holds the polls of a topic.
     *
     * @param durationNanos the sum of the times from each poll with a partition of the topic to the poll that followed
     * @param lastNanos the time of the last poll
     * @param includedInLast whether the last poll included a partition of the topic
     */
    private record Polls(long durationNanos, long lastNanos, boolean includedInLast) {

        Polls next(long nowNanos, boolean included) {
            return new Polls(includedInLast ? durationNanos + nowNanos - lastNanos : durationNanos, nowNanos, included);
        }
    }

    /**
     * Creates an instance that holds back no topic.
     *
     * @param generation the name of the generation, such as {@code study-g1}
     * @param topics all topics of the consumer
     */
    UnauthorizedTopics(String generation, Collection<String> topics, PermissionWaits waits, MonotonicClock clock) {
        this.generation = generation;
        this.topics = Set.copyOf(topics);
        this.waits = waits;
        this.clock = clock;
    }

    /** Returns all topics of the consumer, including those that Kafka permits. */
    Set<String> allTopics() {
        return topics;
    }

    /**
     * Holds back the topics that a refusal names.
     *
     * @param assigned the partitions of the consumer
     * @throws TopicAuthorizationException the refusal, if it names no topic, or if every topic of the consumer waits
     */
    void holdBack(TopicAuthorizationException refusal, Collection<TopicPartition> assigned) {
        for (String topic : refusal.unauthorizedTopics()) {
            pollsSinceRefusal.remove(topic);
            if (retryNanos.put(topic, clock.nanos() + RETRY_INTERVAL.toNanos()) == null) {
                log.atWarn()
                        .addKeyValue("generation", generation)
                        .addKeyValue("topic", topic)
                        .addKeyValue("retryEvery", RETRY_INTERVAL)
                        .setCause(refusal)
                        .log("Kafka does not permit a generation to read a topic; its partitions on this instance wait,"
                                + " and those of the other topics continue");
            }
            for (TopicPartition partition : assigned) {
                if (partition.topic().equals(topic)) {
                    waits.record(new GenerationPartition(generation, partition));
                }
            }
        }
        if (refusal.unauthorizedTopics().isEmpty() || topics.stream().allMatch(this::isHoldingBack)) {
            throw refusal;
        }
    }

    /** Returns whether a topic waits. A topic also waits during the next attempt, until its result is certain. */
    boolean isWaiting(String topic) {
        return retryNanos.containsKey(topic);
    }

    /** Returns whether a topic waits and its next attempt is not due yet. */
    boolean isHoldingBack(String topic) {
        Long dueNanos = retryNanos.get(topic);
        return dueNanos != null && clock.nanos() - dueNanos < 0;
    }

    /**
     * Records a poll that Kafka did not refuse, and ends the wait of each topic that Kafka permits again. Polls that
     * include no partition of a topic, for example because the queues are full, neither count nor reset its time.
     *
     * @param assigned the partitions of the consumer
     * @param isPolled returns whether the poll included a partition
     */
    void recordPoll(Collection<TopicPartition> assigned, Predicate<TopicPartition> isPolled) {
        long now = clock.nanos();
        for (String topic : List.copyOf(retryNanos.keySet())) {
            boolean included = assigned.stream().anyMatch(one -> one.topic().equals(topic) && isPolled.test(one));
            Polls polls = pollsSinceRefusal
                    .getOrDefault(topic, new Polls(0, now, false))
                    .next(now, included);
            pollsSinceRefusal.put(topic, polls);
            if (polls.durationNanos() >= REFUSAL_LIMIT.toNanos()) {
                clear(topic, assigned);
            }
        }
    }

    /**
     * Ends the wait of a topic, because Kafka permits the consumer to read it.
     *
     * @param assigned the partitions of the consumer
     */
    void clear(String topic, Collection<TopicPartition> assigned) {
        if (!isWaiting(topic)) {
            return;
        }
        end(topic);
        for (TopicPartition partition : assigned) {
            if (partition.topic().equals(topic)) {
                waits.clear(new GenerationPartition(generation, partition));
            }
        }
        log.atInfo()
                .addKeyValue("generation", generation)
                .addKeyValue("topic", topic)
                .log("Kafka permits a generation to read a topic again; its partitions continue");
    }

    /**
     * Removes a partition that this instance no longer has. The wait of a topic ends with its last partition.
     *
     * @param assigned the remaining partitions of the consumer
     */
    void remove(TopicPartition partition, Collection<TopicPartition> assigned) {
        waits.clear(new GenerationPartition(generation, partition));
        if (assigned.stream().noneMatch(one -> one.topic().equals(partition.topic()))) {
            end(partition.topic());
        }
    }

    private void end(String topic) {
        retryNanos.remove(topic);
        pollsSinceRefusal.remove(topic);
    }
}
