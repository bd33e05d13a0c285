package dev.studybuddy.publisher.kafka;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Config;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the checks found about the topics of one aggregate type. Only the checking thread writes these results.
 * Other threads read the volatile fields, and request that the configuration is read again.
 */
final class MonitoredTopic {

    private final String type;
    private final String topic;
    private volatile @Nullable TopicState state;
    private volatile OptionalInt deadLetterPartitions = OptionalInt.empty();
    private volatile List<String> weaknesses = List.of();

    /** Counts the requests to read the configuration. The first one exists from the start. */
    private final AtomicLong configRequests = new AtomicLong(1);

    /** The last read of the configuration began after this number of requests. */
    private long configRequestsAtRead = 1;

    /** The last read that succeeded began after this number of requests. */
    private long configRequestsServed;

    private boolean isNew;
    private @Nullable Future<?> leaderCall;
    private String leaderFault = "";
    private long configReadNanos;
    private @Nullable Config config;
    private String deadLetterFault = "";

    /**
     * A surplus topic exceeds the number of topics for which the publisher waits. The publisher rejects its events
     * while it is absent.
     */
    private volatile boolean surplus;

    private volatile boolean rejected;
    private long addedNanos;

    MonitoredTopic(String type, String topic) {
        this.type = type;
        this.topic = topic;
    }

    /** Returns a topic whose events the publisher rejects if a check finds that it is absent. */
    static MonitoredTopic surplus(String type, String topic, long nowNanos) {
        MonitoredTopic monitored = new MonitoredTopic(type, topic);
        monitored.surplus = true;
        monitored.addedNanos = nowNanos;
        return monitored;
    }

    /** Returns the monotonic time at which a surplus topic was added. */
    long addedNanos() {
        return addedNanos;
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

    /**
     * Returns whether this is a surplus topic that no check has found. The publisher neither creates it nor waits for
     * it.
     */
    boolean isSurplus() {
        return surplus;
    }

    /** Returns whether the publisher rejects the events of this type, because the surplus topic cannot be used. */
    boolean isRejected() {
        return rejected;
    }

    /** Records that the topic exists. From now on, the publisher waits for it even if it becomes absent. */
    void recordFound() {
        surplus = false;
        rejected = false;
    }

    /** Records that the brokers reported no topic of this name, or none that the publisher is allowed to use. */
    void recordNotFound() {
        rejected = surplus;
    }

    /** Returns the result of the last check, or null if there is none. */
    @Nullable
    TopicState state() {
        return state;
    }

    /** Returns whether the brokers answered the last check. */
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

    /**
     * Returns whether this or another instance just created the topic, and not all of its leaders have answered since.
     */
    boolean isNew() {
        return isNew;
    }

    void setNew(boolean isNew) {
        this.isNew = isNew;
        leaderCall = null;
        leaderFault = "";
    }

    /** Returns the call of the leaders that has not been evaluated, or null if there is none. */
    @Nullable
    Future<?> leaderCall() {
        return leaderCall;
    }

    void setLeaderCall(@Nullable Future<?> call) {
        this.leaderCall = call;
    }

    /** Returns the error of the last call of the leaders, or an empty text if no call has failed. */
    String leaderFault() {
        return leaderFault;
    }

    void setLeaderFault(String fault) {
        this.leaderFault = fault;
    }

    /** Requests that the next check reads the configuration again, even if a read is in progress now. */
    void invalidate() {
        configRequests.incrementAndGet();
    }

    boolean needsConfig(long nowNanos, long intervalNanos) {
        return configRequestsServed < configRequests.get() || nowNanos - configReadNanos >= intervalNanos;
    }

    /** Begins a read of the configuration, which serves all requests up to now. */
    void beginConfigRead() {
        configRequestsAtRead = configRequests.get();
    }

    /** Returns the configuration, or null if the publisher is not allowed to read it. */
    @Nullable
    Config config() {
        return config;
    }

    /** Replaces the configuration with the result of the read that began last. */
    void setConfig(@Nullable Config config, long nowNanos) {
        this.config = config;
        this.configReadNanos = nowNanos;
        this.configRequestsServed = configRequestsAtRead;
    }

    /** Returns whether a successful read has served all requests that existed when the last read began. */
    boolean isConfigRead() {
        return configRequestsServed == configRequestsAtRead;
    }
}
