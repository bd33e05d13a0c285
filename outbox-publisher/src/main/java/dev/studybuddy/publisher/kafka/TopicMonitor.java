package dev.studybuddy.publisher.kafka;

import dev.studybuddy.background.MonotonicClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the topics of the listed aggregate types and of all types whose events the publisher has read. Each round
 * describes all topics of the listed types in one call, and then those of all other types, so that many wrong types do
 * not delay the check of the listed ones.
 */
public final class TopicMonitor implements AutoCloseable {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long UNCHECKED_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The brokers count as unreachable while a check has had no answer for longer than this time. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The publisher waits for the topics of this number of types. This limits the cost of wrong types. */
    private static final int MAX_TYPES = 1000;
    /** This number of further types is checked, so that a type whose topic exists is served. */
    private static final int MAX_SURPLUS_TYPES = 1000;
    /** At most this number of types waits for the check of surplus types. This limits the blocks of their topics. */
    private static final int MAX_UNADDED_TYPES = 1000;

    private final TopicSettings settings;
    private final Runnable requestCheck;
    private final MonotonicClock clock;
    private final TopicAdmin admin;
    private final TopicCheck topicCheck;
    private final Map<String, MonitoredTopic> monitored = new ConcurrentHashMap<>();
    /** This set holds the types that wait for room among the monitored ones. */
    private final Set<String> unadded = ConcurrentHashMap.newKeySet();

    private volatile OptionalLong lastCompleteAnswerNanos = OptionalLong.empty();
    private volatile boolean reachable;
    /** This is the time at which the present check began, or null if none runs. */
    private volatile @Nullable Long checkBeganNanos;

    private long nextRoundNanos;

    /**
     * @param adminConfig the configuration of the admin client
     * @param topicReady accepts an aggregate type whose topic became ready
     * @param requestCheck runs when a type waits for its first check
     */
    public TopicMonitor(
            TopicSettings settings,
            Map<String, Object> adminConfig,
            Consumer<String> topicReady,
            Runnable requestCheck,
            MonotonicClock clock) {
        this(settings, new KafkaTopicAdmin(settings, adminConfig, clock), topicReady, requestCheck, clock);
    }

    TopicMonitor(
            TopicSettings settings,
            TopicAdmin admin,
            Consumer<String> topicReady,
            Runnable requestCheck,
            MonotonicClock clock) {
        this.settings = settings;
        this.requestCheck = requestCheck;
        this.clock = clock;
        this.admin = admin;
        this.topicCheck = new TopicCheck(settings, admin, new TopicReport(topicReady), clock);
        this.nextRoundNanos = clock.nanos();
    }

    TopicSettings settings() {
        return settings;
    }

    /** Starts to check the topics of the listed types. */
    public void monitorListedTypes() {
        settings.types().forEach(type -> monitored.computeIfAbsent(type, this::newMonitoredTopic));
        requestCheck.run();
    }

    private MonitoredTopic newMonitoredTopic(String type) {
        return new MonitoredTopic(type, settings.topic(type));
    }

    /**
     * Returns the reason why no topic can serve a type, or empty if one can. The publisher rejects each event of such a
     * type as invalid, so that it becomes a dead letter.
     */
    Optional<String> findImpossibility(String aggregateType) {
        MonitoredTopic topic = monitored.get(aggregateType);
        if (topic != null) {
            return topic.isRejected() ? Optional.of(rejectionReason(aggregateType)) : Optional.empty();
        }
        return settings.nameDefect(aggregateType)
                .or(() -> isFull() && findOldestRejected() == null && !mayWaitForRoom(aggregateType)
                        ? Optional.of(rejectionReason(aggregateType))
                        : Optional.empty());
    }

    private boolean isFull() {
        return monitored.size() >= MAX_TYPES + MAX_SURPLUS_TYPES;
    }

    /** Returns whether a type may wait for room. A check that decides about a surplus type can make room. */
    private boolean mayWaitForRoom(String aggregateType) {
        return monitored.values().stream().anyMatch(MonitoredTopic::isSurplus)
                && (unadded.size() < MAX_UNADDED_TYPES || unadded.contains(aggregateType));
    }

    private String rejectionReason(String aggregateType) {
        return "topic " + settings.topic(aggregateType) + " was not found or not checked, and the publisher serves no"
                + " further aggregate types than the first " + MAX_TYPES + " and " + MAX_SURPLUS_TYPES
                + " whose topics exist";
    }

    /** Returns the result of the last check of a possible topic. A type without a result is checked soon. */
    TopicState state(String aggregateType) {
        MonitoredTopic topic = monitored.get(aggregateType);
        if (topic != null) {
            TopicState state = topic.state();
            return state == null ? new TopicState.Unchecked() : state;
        }
        add(aggregateType);
        requestCheck.run();
        return new TopicState.Unchecked();
    }

    /**
     * Adds a type. If there is no room, it replaces a rejected type, which is checked again at its next event. If there
     * is no rejected type, this type stays unchecked until a check leads to the rejection of a surplus type.
     */
    private void add(String aggregateType) {
        if (monitored.size() < MAX_TYPES) {
            monitored.computeIfAbsent(aggregateType, this::newMonitoredTopic);
            return;
        }
        if (isFull()) {
            MonitoredTopic oldest = findOldestRejected();
            if (oldest == null) {
                unadded.add(aggregateType);
                return;
            }
            monitored.remove(oldest.type());
        }
        unadded.remove(aggregateType);
        monitored.computeIfAbsent(
                aggregateType, type -> MonitoredTopic.surplus(type, settings.topic(type), clock.nanos()));
    }

    private @Nullable MonitoredTopic findOldestRejected() {
        return monitored.values().stream()
                .filter(MonitoredTopic::isRejected)
                .min((one, other) -> Long.signum(one.addedNanos() - other.addedNanos()))
                .orElse(null);
    }

    /**
     * Returns the number of partitions of a type's dead-letter topic. The result is empty if no record can be sent to
     * it, because it is absent, not authorised, or not checked yet.
     */
    OptionalInt deadLetterPartitions(String aggregateType) {
        MonitoredTopic topic = monitored.get(aggregateType);
        return topic == null ? OptionalInt.empty() : topic.deadLetterPartitions();
    }

    /** Returns the weaknesses of each topic that is accepted although it is weaker than the settings. */
    public Map<String, String> weakTopics() {
        Map<String, String> weak = new TreeMap<>();
        monitored.values().forEach(topic -> {
            List<String> weaknesses = topic.weaknesses();
            if (!weaknesses.isEmpty()) {
                weak.put(topic.topic(), String.join("; ", weaknesses));
            }
        });
        return weak;
    }

    /**
     * Returns the monotonic time in nanoseconds of the last answer of the brokers about every topic that the publisher
     * needs, or empty if there was none yet. An answer that blocks a topic counts, because the brokers gave it. While
     * the brokers are reachable, the value is at most a few seconds old.
     */
    public OptionalLong lastCompleteAnswerNanos() {
        return lastCompleteAnswerNanos;
    }

    /**
     * Returns whether the brokers answered the last check of all topics. An answer that blocks a topic counts. The
     * result is false before the first check, and while a check has had no answer for a second: the Kafka client gives
     * a check up only after several seconds.
     */
    boolean areBrokersReachable() {
        Long began = checkBeganNanos;
        return reachable && (began == null || clock.nanos() - began <= ANSWER_NANOS);
    }

    /** Requests that the next check reads the topic's configuration, because the broker refused a record for it. */
    void invalidate(String aggregateType) {
        MonitoredTopic topic = monitored.get(aggregateType);
        if (topic != null) {
            topic.invalidate();
        }
    }

    /**
     * Checks all topics if the interval has passed, and otherwise those without a result.
     *
     * @return nanoseconds until the next check
     */
    public long check() {
        checkBeganNanos = clock.nanos();
        try {
            return checkDue();
        } finally {
            checkBeganNanos = null;
        }
    }

    private long checkDue() {
        boolean complete = clock.nanos() - nextRoundNanos >= 0;
        List<MonitoredTopic> due = monitored.values().stream()
                .filter(topic -> complete || isUnchecked(topic))
                .toList();
        List<MonitoredTopic> listed = due.stream().filter(this::isListed).toList();
        List<MonitoredTopic> others =
                due.stream().filter(topic -> !isListed(topic)).toList();
        boolean created = topicCheck.run(listed, false);
        created |= topicCheck.run(others, hasAnswerAboutListed());
        if (complete) {
            removeUnadded();
            reachable = due.isEmpty() ? admin.isReachable() : due.stream().allMatch(MonitoredTopic::isAnswered);
            if (reachable) {
                lastCompleteAnswerNanos = OptionalLong.of(clock.nanos());
            }
            nextRoundNanos = clock.nanos() + INTERVAL_NANOS;
        }
        if (created) {
            nextRoundNanos = clock.nanos();
        }
        return created || monitored.values().stream().anyMatch(TopicMonitor::isUnchecked)
                ? UNCHECKED_INTERVAL_NANOS
                : Math.max(1, nextRoundNanos - clock.nanos());
    }

    /**
     * Removes the types that wait for room if there is room now. A type that still waits is added when its state is
     * requested again. A type whose shards moved to another publisher would otherwise stay. Only a check of all topics
     * removes them, because the same number of further types may wait after each removal.
     */
    private void removeUnadded() {
        if (findOldestRejected() != null) {
            unadded.clear();
        }
    }

    private static boolean isUnchecked(MonitoredTopic topic) {
        return topic.state() == null || topic.state() instanceof TopicState.Unchecked;
    }

    private boolean isListed(MonitoredTopic topic) {
        return settings.types().contains(topic.type());
    }

    private boolean hasAnswerAboutListed() {
        return settings.types().stream().map(monitored::get).anyMatch(topic -> topic != null && topic.isAnswered());
    }

    @Override
    public void close() {
        admin.close();
    }
}
