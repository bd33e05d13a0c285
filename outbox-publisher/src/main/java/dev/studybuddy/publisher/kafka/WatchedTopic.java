package dev.studybuddy.publisher.kafka;

import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Config;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the checks found about the topics of one aggregate type. Only the checking thread writes it; other threads
 * read the state and the dead-letter partitions.
 */
final class WatchedTopic {

    private final String type;
    private final String topic;
    private volatile @Nullable TopicState state;
    private volatile OptionalInt deadLetterPartitions = OptionalInt.empty();
    private volatile List<String> weaknesses = List.of();
    private volatile boolean configOutdated = true;
    private boolean isNew;
    private long configReadNanos;
    private @Nullable Config config;
    private String deadLetterFault = "";

    WatchedTopic(String type, String topic) {
        this.type = type;
        this.topic = topic;
    }

    String type() {
        return type;
    }

    String topic() {
        return topic;
    }

    String deadLetterTopic() {
        return TopicSettings.deadLetterTopic(topic);
    }

    /** Returns the result of the last check, or null if there is none. */
    @Nullable
    TopicState state() {
        return state;
    }

    /** Returns whether the last check had an answer of the brokers. */
    boolean isAnswered() {
        return state instanceof TopicState.Ready
                || state instanceof TopicState.Blocked
                || state instanceof TopicState.Unchecked;
    }

    void setState(TopicState state) {
        this.state = state;
    }

    /** Returns the number of partitions of the dead-letter topic, or empty if no record can be sent to it. */
    OptionalInt deadLetterPartitions() {
        return deadLetterPartitions;
    }

    void setDeadLetterPartitions(OptionalInt partitions) {
        this.deadLetterPartitions = partitions;
    }

    /**
     * Replaces the fault of the dead-letter topic.
     *
     * @return whether this fault is new
     */
    boolean replaceDeadLetterFault(String fault) {
        boolean changed = !fault.equals(deadLetterFault);
        deadLetterFault = fault;
        return changed && !fault.isEmpty();
    }

    List<String> weaknesses() {
        return weaknesses;
    }

    void setWeaknesses(List<String> weaknesses) {
        this.weaknesses = weaknesses;
    }

    /** Returns whether this instance created the topic and its leaders do not serve it yet. */
    boolean isNew() {
        return isNew;
    }

    void setNew(boolean isNew) {
        this.isNew = isNew;
    }

    /** Requests that the next check reads the configuration again. */
    void invalidate() {
        configOutdated = true;
    }

    boolean needsConfig(long nowNanos, long intervalNanos) {
        return configOutdated || nowNanos - configReadNanos >= intervalNanos;
    }

    /** Returns the configuration, or null if the publisher may not read it. */
    @Nullable
    Config config() {
        return config;
    }

    void setConfig(@Nullable Config config, long nowNanos) {
        this.config = config;
        this.configReadNanos = nowNanos;
        this.configOutdated = false;
    }

    boolean isConfigRead() {
        return !configOutdated;
    }
}
