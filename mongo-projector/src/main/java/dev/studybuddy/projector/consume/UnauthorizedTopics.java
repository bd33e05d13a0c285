package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back the topics that Kafka does not permit a consumer to read, each for 5 s after a refusal, so that the
 * partitions of the other topics continue. Only the thread of the consumer uses an instance.
 */
final class UnauthorizedTopics {

    private static final Logger log = LoggerFactory.getLogger(UnauthorizedTopics.class);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    private final Set<String> topics;
    private final MonotonicClock clock;
    private final Map<String, Long> retryNanos = new HashMap<>();

    /**
     * Creates an instance that holds back no topic.
     *
     * @param topics all topics of the consumer
     */
    UnauthorizedTopics(Collection<String> topics, MonotonicClock clock) {
        this.topics = Set.copyOf(topics);
        this.clock = clock;
    }

    /**
     * Holds back the topics that a refusal names.
     *
     * @throws TopicAuthorizationException the refusal, if it names no topic, or if every topic of the consumer waits
     */
    void holdBack(TopicAuthorizationException refusal) {
        for (String topic : refusal.unauthorizedTopics()) {
            if (retryNanos.put(topic, clock.nanos() + RETRY_INTERVAL.toNanos()) == null) {
                log.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("retryEvery", RETRY_INTERVAL)
                        .setCause(refusal)
                        .log("Kafka does not permit a generation to read a topic; its partitions on this instance wait,"
                                + " and those of the other topics continue");
            }
        }
        if (refusal.unauthorizedTopics().isEmpty() || topics.stream().allMatch(this::isHoldingBack)) {
            throw refusal;
        }
    }

    /** Returns whether a topic waits and its next attempt is not due yet. */
    boolean isHoldingBack(String topic) {
        Long dueNanos = retryNanos.get(topic);
        return dueNanos != null && clock.nanos() - dueNanos < 0;
    }

    /** Ends the wait of a topic, because the consumer has received records of it. */
    void clear(String topic) {
        if (retryNanos.remove(topic) != null) {
            log.atInfo()
                    .addKeyValue("topic", topic)
                    .log("Kafka permits a generation to read a topic again; its partitions continue");
        }
    }
}
