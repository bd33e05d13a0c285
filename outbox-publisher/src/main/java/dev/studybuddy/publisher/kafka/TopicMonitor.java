package dev.studybuddy.publisher.kafka;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the topics of all aggregate types that the publisher has read, creates absent topics if it may, and reports
 * faults.
 */
public final class TopicMonitor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicMonitor.class);
    private static final long READY_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long BLOCKED_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long UNCHECKED_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CALL_TIMEOUT_SECONDS = 10;
    /** This bound limits the cost of a writer that uses many wrong types. */
    private static final int MAX_TYPES = 1000;

    private final TopicSettings settings;
    private final Map<String, Object> adminConfig;
    private final Consumer<String> topicReady;
    private final Runnable requestCheck;
    private final MonotonicClock clock;
    private final Map<String, TopicState> states = new ConcurrentHashMap<>();
    private final Map<String, Long> checkedAtNanos = new ConcurrentHashMap<>();
    private final Set<String> watchedTypes = ConcurrentHashMap.newKeySet();
    private @Nullable Admin admin;
    private volatile OptionalLong lastCompleteAnswerNanos = OptionalLong.empty();

    /**
     * @param topicReady accepts an aggregate type whose topic became ready
     * @param requestCheck runs when a type waits for its first check
     */
    public TopicMonitor(
            TopicSettings settings,
            Map<String, Object> adminConfig,
            Consumer<String> topicReady,
            Runnable requestCheck,
            MonotonicClock clock) {
        this.settings = settings;
        this.adminConfig = adminConfig;
        this.topicReady = topicReady;
        this.requestCheck = requestCheck;
        this.clock = clock;
    }

    TopicSettings settings() {
        return settings;
    }

    /** Starts to check the topics of these types. */
    public void watch(List<String> aggregateTypes) {
        watchedTypes.addAll(aggregateTypes);
        requestCheck.run();
    }

    /** Returns the result of the last check. A type without a result is checked soon. */
    TopicState state(String aggregateType) {
        TopicState state = states.get(aggregateType);
        if (state != null) {
            return state;
        }
        if (watchedTypes.size() >= MAX_TYPES) {
            return new TopicState.Blocked("more than " + MAX_TYPES + " aggregate types");
        }
        if (watchedTypes.add(aggregateType)) {
            requestCheck.run();
        }
        return new TopicState.Unchecked();
    }

    /**
     * Discards the result of the last check, because the broker refused a record for this topic. The next check is due
     * at once.
     */
    void invalidate(String aggregateType) {
        checkedAtNanos.remove(aggregateType);
    }

    /**
     * Checks the types that are due.
     *
     * @return nanoseconds until the next check
     */
    public long check() {
        for (String type : watchedTypes) {
            TopicState before = states.get(type);
            Long last = checkedAtNanos.get(type);
            long interval = interval(before);
            if (last == null || clock.nanos() - last >= interval) {
                TopicState after = inspect(type);
                states.put(type, after);
                checkedAtNanos.put(type, clock.nanos());
                reportTransition(type, before, after);
            }
        }
        recordCompleteAnswer();
        return states.values().stream().anyMatch(TopicState.Unchecked.class::isInstance)
                ? UNCHECKED_INTERVAL_NANOS
                : BLOCKED_INTERVAL_NANOS;
    }

    /**
     * Returns the monotonic time of the last answer of the brokers about every topic that the publisher needs, or empty
     * if there was none yet. An answer that blocks a topic counts, because the brokers gave it. While the brokers are
     * reachable, the value is a few seconds old.
     */
    public OptionalLong lastCompleteAnswerNanos() {
        return lastCompleteAnswerNanos;
    }

    private void recordCompleteAnswer() {
        boolean complete = watchedTypes.stream()
                .map(states::get)
                .allMatch(state -> state != null && !(state instanceof TopicState.Unreachable));
        if (complete) {
            lastCompleteAnswerNanos = OptionalLong.of(checkedAtNanos.values().stream()
                    .mapToLong(Long::longValue)
                    .min()
                    .orElseGet(clock::nanos));
        }
    }

    private static long interval(@Nullable TopicState state) {
        if (state instanceof TopicState.Ready) {
            return READY_INTERVAL_NANOS;
        }
        return state instanceof TopicState.Unchecked ? 0 : BLOCKED_INTERVAL_NANOS;
    }

    private void reportTransition(String type, @Nullable TopicState before, TopicState after) {
        if (after.equals(before)) {
            return;
        }
        switch (after) {
            case TopicState.Ready ready -> {
                log.atInfo().addKeyValue("topic", settings.topic(type)).log("The topic is ready; its events are sent");
                topicReady.accept(type);
            }
            case TopicState.Unchecked unchecked ->
                log.atDebug()
                        .addKeyValue("topic", settings.topic(type))
                        .log("The topic was created or is new; the next check decides its state");
            case TopicState.Blocked blocked ->
                log.atError()
                        .addKeyValue("topic", settings.topic(type))
                        .addKeyValue("reason", blocked.reason())
                        .log("The topic cannot be used; its events wait, and it is checked again every 2 s");
            case TopicState.Unreachable unreachable ->
                log.atWarn()
                        .addKeyValue("topic", settings.topic(type))
                        .addKeyValue("reason", unreachable.reason())
                        .log("The check of the topic failed; it is repeated every 2 s");
        }
    }

    private TopicState inspect(String type) {
        String topic = settings.topic(type);
        try {
            Map<String, TopicDescription> found = new TreeMap<>();
            for (String name : List.of(topic, TopicSettings.deadLetterTopic(topic))) {
                TopicDescription description = describe(name);
                if (description == null && settings.create() && create(name)) {
                    // Kafka is still electing the leaders of the new topic. The next check describes it.
                    return new TopicState.Unchecked();
                }
                if (description == null && name.equals(topic)) {
                    return new TopicState.Blocked("topic " + name + " is absent"
                            + (settings.create()
                                    ? " and could not be created"
                                    : "; create it with " + requiredSettings()));
                }
                if (description != null) {
                    found.put(name, description);
                }
            }
            return evaluate(topic, found);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause instanceof AuthorizationException
                    ? new TopicState.Blocked("not authorised for topic " + topic + ": " + cause.getMessage())
                    : new TopicState.Unreachable(String.valueOf(cause.getMessage()));
        } catch (TimeoutException | KafkaException e) {
            return new TopicState.Unreachable(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TopicState.Unreachable("the publisher is stopping");
        }
    }

    private String requiredSettings() {
        return settings.partitions() + " partitions, cleanup.policy=delete, retention.ms=-1";
    }

    private TopicState evaluate(String topic, Map<String, TopicDescription> found)
            throws ExecutionException, InterruptedException, TimeoutException {
        TopicDescription description = found.get(topic);
        int partitions = description == null ? 0 : description.partitions().size();
        if (partitions != settings.partitions()) {
            return new TopicState.Blocked("topic " + topic + " has " + partitions + " partitions, not "
                    + settings.partitions() + "; another number of partitions needs a new topic");
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin().describeConfigs(List.of(resource))
                .all()
                .get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .get(resource);
        var policy = config == null ? null : config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy != null && policy.value() != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            return new TopicState.Blocked("topic " + topic
                    + " is compacted; compaction could keep a stale repeat as the last record of a key");
        }
        return new TopicState.Ready();
    }

    private @Nullable TopicDescription describe(String name)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return admin().describeTopics(List.of(name))
                    .allTopicNames()
                    .get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .get(name);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw e;
        }
    }

    private boolean create(String name) throws ExecutionException, InterruptedException, TimeoutException {
        NewTopic topic = new NewTopic(name, settings.partitions(), settings.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1"));
        try {
            admin().createTopics(List.of(topic)).all().get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            log.atInfo().addKeyValue("topic", name).log("Created the topic");
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                log.atDebug().addKeyValue("topic", name).log("Another instance created the topic");
                return true;
            } else if (e.getCause() instanceof RetriableException) {
                throw e;
            } else {
                log.atWarn()
                        .addKeyValue("topic", name)
                        .setCause(e.getCause())
                        .log("The topic could not be created; its events wait");
                return false;
            }
        }
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(adminConfig);
        }
        return admin;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
