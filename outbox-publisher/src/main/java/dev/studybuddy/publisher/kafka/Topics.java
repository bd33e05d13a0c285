package dev.studybuddy.publisher.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

/** Looks after the topics of the aggregate types that were met: makes them where it may, and says what is wrong. */
public final class Topics implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Topics.class);
    private static final long READY_CHECK_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long BLOCKED_CHECK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MADE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CALL_SECONDS = 10;
    /** Bounds what a writer of nonsense types can cost. */
    private static final int MOST_TYPES = 1000;

    private final TopicRules rules;
    private final Map<String, Object> adminConfig;
    private final Consumer<String> opened;
    private final Runnable signal;
    private final LongSupplier nanos;
    private final Map<String, TopicState> states = new ConcurrentHashMap<>();
    private final Map<String, Long> checked = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private @Nullable Admin admin;

    /**
     * @param opened told of a type whose topic became ready
     * @param signal called when a type waits for its first check
     */
    public Topics(
            TopicRules rules,
            Map<String, Object> adminConfig,
            Consumer<String> opened,
            Runnable signal,
            LongSupplier nanos) {
        this.rules = rules;
        this.adminConfig = adminConfig;
        this.opened = opened;
        this.signal = signal;
        this.nanos = nanos;
    }

    TopicRules rules() {
        return rules;
    }

    /** Looks after the topics of these types from now on. */
    public void watch(List<String> aggregateTypes) {
        asked.addAll(aggregateTypes);
        signal.run();
    }

    /** What the last check found; a type that is met for the first time is checked soon. */
    TopicState state(String aggregateType) {
        TopicState state = states.get(aggregateType);
        if (state != null) {
            return state;
        }
        if (asked.size() >= MOST_TYPES) {
            return new TopicState.Blocked("more than " + MOST_TYPES + " aggregate types");
        }
        if (asked.add(aggregateType)) {
            signal.run();
        }
        return new TopicState.Unchecked();
    }

    /** What the broker said after all, against the last check. */
    void doubt(String aggregateType) {
        checked.remove(aggregateType);
    }

    /**
     * Checks the types that are due.
     *
     * @return nanoseconds until the next check
     */
    public long check() {
        for (String type : asked) {
            TopicState before = states.get(type);
            Long last = checked.get(type);
            long interval = interval(before);
            if (last == null || nanos.getAsLong() - last >= interval) {
                TopicState after = inspect(type);
                states.put(type, after);
                checked.put(type, nanos.getAsLong());
                told(type, before, after);
            }
        }
        return states.values().stream().anyMatch(TopicState.Unchecked.class::isInstance)
                ? MADE_CHECK_NANOS
                : BLOCKED_CHECK_NANOS;
    }

    private static long interval(@Nullable TopicState state) {
        if (state instanceof TopicState.Ready) {
            return READY_CHECK_NANOS;
        }
        return state instanceof TopicState.Unchecked ? 0 : BLOCKED_CHECK_NANOS;
    }

    private void told(String type, @Nullable TopicState before, TopicState after) {
        if (after.equals(before)) {
            return;
        }
        switch (after) {
            case TopicState.Ready ready -> {
                log.atInfo().addKeyValue("topic", rules.topic(type)).log("Topic ready");
                opened.accept(type);
            }
            case TopicState.Unchecked unchecked ->
                log.atDebug().addKeyValue("topic", rules.topic(type)).log("Topic not checked");
            case TopicState.Blocked blocked ->
                log.atError()
                        .addKeyValue("topic", rules.topic(type))
                        .addKeyValue("reason", blocked.reason())
                        .log("Topic can't be used; its events wait");
            case TopicState.Unreachable away ->
                log.atWarn()
                        .addKeyValue("topic", rules.topic(type))
                        .addKeyValue("reason", away.reason())
                        .log("Topic could not be checked");
        }
    }

    private TopicState inspect(String type) {
        String topic = rules.topic(type);
        try {
            Map<String, TopicDescription> found = new TreeMap<>();
            for (String name : List.of(topic, TopicRules.deadLetterTopic(topic))) {
                TopicDescription description = describe(name);
                if (description == null && rules.create() && create(name)) {
                    // Its leaders are being chosen: described at the next look.
                    return new TopicState.Unchecked();
                }
                if (description == null && name.equals(topic)) {
                    return new TopicState.Blocked("topic " + name + " is absent"
                            + (rules.create() ? " and could not be made" : "; make it, with " + wanted()));
                }
                if (description != null) {
                    found.put(name, description);
                }
            }
            return judge(topic, found);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause instanceof AuthorizationException
                    ? new TopicState.Blocked("not authorised for " + topic + ": " + cause.getMessage())
                    : new TopicState.Unreachable(String.valueOf(cause.getMessage()));
        } catch (TimeoutException | KafkaException e) {
            return new TopicState.Unreachable(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TopicState.Unreachable("stopping");
        }
    }

    private String wanted() {
        return rules.partitions() + " partitions, cleanup.policy=delete, retention.ms=-1";
    }

    private TopicState judge(String topic, Map<String, TopicDescription> found)
            throws ExecutionException, InterruptedException, TimeoutException {
        TopicDescription description = found.get(topic);
        int partitions = description == null ? 0 : description.partitions().size();
        if (partitions != rules.partitions()) {
            return new TopicState.Blocked("topic " + topic + " has " + partitions + " partitions, not "
                    + rules.partitions() + "; a new count means a new topic");
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin().describeConfigs(List.of(resource))
                .all()
                .get(CALL_SECONDS, TimeUnit.SECONDS)
                .get(resource);
        var policy = config == null ? null : config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy != null && policy.value() != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            return new TopicState.Blocked(
                    "topic " + topic + " is compacted: a stale repeat could be a key's last record");
        }
        return new TopicState.Ready();
    }

    private @Nullable TopicDescription describe(String name)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return admin().describeTopics(List.of(name))
                    .allTopicNames()
                    .get(CALL_SECONDS, TimeUnit.SECONDS)
                    .get(name);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw e;
        }
    }

    private boolean create(String name) throws ExecutionException, InterruptedException, TimeoutException {
        NewTopic topic = new NewTopic(name, rules.partitions(), rules.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1"));
        try {
            admin().createTopics(List.of(topic)).all().get(CALL_SECONDS, TimeUnit.SECONDS);
            log.atInfo().addKeyValue("topic", name).log("Topic made");
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                log.atDebug().addKeyValue("topic", name).log("Topic was made by another");
                return true;
            } else if (e.getCause() instanceof RetriableException) {
                throw e;
            } else {
                log.atWarn().addKeyValue("topic", name).setCause(e.getCause()).log("Topic could not be made");
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
