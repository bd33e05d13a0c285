package dev.studybuddy.publisher.kafka;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Describes and creates topics by Kafka's admin client. */
final class KafkaTopicAdmin implements TopicAdmin {

    private static final long CALL_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LEADER_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final TopicSettings settings;
    private final Map<String, Object> config;
    private final MonotonicClock clock;
    private @Nullable Admin admin;

    /**
     * @param config the configuration of the admin client
     */
    KafkaTopicAdmin(TopicSettings settings, Map<String, Object> config, MonotonicClock clock) {
        this.settings = settings;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Map<String, TopicAnswer<TopicDescription>> describe(Collection<String> topics) {
        try {
            return answers(admin().describeTopics(topics).topicNameValues(), "DESCRIBE");
        } catch (KafkaException e) {
            return failures(topics, e);
        }
    }

    @Override
    public Map<String, TopicAnswer<Config>> configs(Collection<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        try {
            Map<String, KafkaFuture<Config>> futures = new HashMap<>();
            admin().describeConfigs(resources)
                    .values()
                    .forEach((resource, future) -> futures.put(resource.name(), future));
            return answers(futures, "DESCRIBE_CONFIGS");
        } catch (KafkaException e) {
            return failures(topics, e);
        }
    }

    @Override
    public Map<String, TopicAnswer<Uuid>> create(Collection<NewTopic> topics) {
        List<String> names = topics.stream().map(NewTopic::name).toList();
        try {
            CreateTopicsResult result = admin().createTopics(topics);
            Map<String, KafkaFuture<Uuid>> futures = new HashMap<>();
            names.forEach(topic -> futures.put(topic, result.topicId(topic)));
            return answers(futures, "CREATE");
        } catch (KafkaException e) {
            return failures(names, e);
        }
    }

    @Override
    public Map<String, Future<?>> callLeaders(Collection<String> topics) {
        Map<String, KafkaFuture<?>> calls = new HashMap<>();
        for (String topic : topics) {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (int partition = 0; partition < settings.partitions(); partition++) {
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
            calls.put(topic, admin().listOffsets(ends).all());
        }
        long deadlineNanos = clock.nanos() + LEADER_WAIT_NANOS;
        // The state of each call shows whether it ended within the wait.
        calls.forEach((topic, call) -> await(call, topic, "DESCRIBE", deadlineNanos));
        return new HashMap<>(calls);
    }

    @Override
    public boolean isReachable() {
        try {
            return await(admin().describeCluster().nodes(), "cluster", "DESCRIBE", clock.nanos() + CALL_TIMEOUT_NANOS)
                    instanceof TopicAnswer.Found;
        } catch (KafkaException e) {
            return false;
        }
    }

    private <T> Map<String, TopicAnswer<T>> answers(Map<String, KafkaFuture<T>> futures, String operation) {
        long deadlineNanos = clock.nanos() + CALL_TIMEOUT_NANOS;
        Map<String, TopicAnswer<T>> answers = new HashMap<>();
        futures.forEach((topic, future) -> answers.put(topic, await(future, topic, operation, deadlineNanos)));
        return answers;
    }

    private <T> TopicAnswer<T> await(KafkaFuture<T> future, String topic, String operation, long deadlineNanos) {
        try {
            return new TopicAnswer.Found<>(
                    future.get(Math.max(0, deadlineNanos - clock.nanos()), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return switch (cause) {
                case UnknownTopicOrPartitionException absent -> new TopicAnswer.Absent<>();
                case AuthorizationException denied ->
                    new TopicAnswer.Denied<>("the principal lacks the operation " + operation + " on topic " + topic);
                default -> new TopicAnswer.Failed<>(cause);
            };
        } catch (TimeoutException e) {
            return new TopicAnswer.Failed<>(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TopicAnswer.Failed<>(e);
        }
    }

    private static <T> Map<String, TopicAnswer<T>> failures(Collection<String> topics, KafkaException e) {
        Map<String, TopicAnswer<T>> answers = new HashMap<>();
        topics.forEach(topic -> answers.put(topic, new TopicAnswer.Failed<>(e)));
        return answers;
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(config);
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
