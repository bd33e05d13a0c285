package dev.studybuddy.projector.generation;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.TopicOrigin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the broker says of the topics that a read model reads. */
@Component
final class Topics {

    private static final long WAIT_SECONDS = 10;

    private final Admin admin;
    private final ProjectorProperties properties;

    Topics(Admin admin, ProjectorProperties properties) {
        this.admin = admin;
        this.properties = properties;
    }

    /** What stands on the broker now: {@code origins} by topic, and what makes them unfit, where something does. */
    record Found(Map<String, TopicOrigin> origins, @Nullable String unfit) {}

    /** Looks at a read model's topics. Throws a {@link KafkaAwayException} where nobody answers. */
    Found look(ReadModel model) {
        Map<String, TopicOrigin> origins = new HashMap<>();
        TreeSet<String> missing = new TreeSet<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(names(model)).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> one : descriptions.entrySet()) {
            TopicDescription topic = existing(one.getValue());
            if (topic == null) {
                missing.add(one.getKey());
            } else {
                origins.put(
                        one.getKey(),
                        new TopicOrigin(
                                topic.topicId().toString(), topic.partitions().size()));
            }
        }
        return new Found(origins, missing.isEmpty() ? unfit(origins) : "they are missing: " + missing);
    }

    /** Where each partition's log begins. */
    Map<TopicPartition, Long> starts(Map<String, TopicOrigin> origins) {
        return offsets(origins, OffsetSpec.earliest());
    }

    /** How many records there are, where each log begins at 0. */
    long records(Map<String, TopicOrigin> origins) {
        return offsets(origins, OffsetSpec.latest()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private Map<TopicPartition, Long> offsets(Map<String, TopicOrigin> origins, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        origins.forEach((topic, origin) -> {
            for (int partition = 0; partition < origin.partitions(); partition++) {
                asked.put(new TopicPartition(topic, partition), spec);
            }
        });
        Map<TopicPartition, Long> starts = new HashMap<>();
        wait(admin.listOffsets(asked).all()).forEach((partition, found) -> starts.put(partition, found.offset()));
        return starts;
    }

    private List<String> names(ReadModel model) {
        return model.reads().stream()
                .map(type -> type.topic(properties.topicPrefix()))
                .sorted()
                .toList();
    }

    /** The type whose topic this is. */
    AggregateType type(ReadModel model, String topic) {
        return model.reads().stream()
                .filter(type -> type.topic(properties.topicPrefix()).equals(topic))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable String unfit(Map<String, TopicOrigin> origins) {
        for (Map.Entry<String, TopicOrigin> one : new TreeMap<>(origins).entrySet()) {
            if (one.getValue().partitions() != properties.topicPartitions()) {
                return one.getKey() + " has " + one.getValue().partitions()
                        + " partitions where studybuddy.topic-partitions says " + properties.topicPartitions();
            }
        }
        List<ConfigResource> asked = origins.keySet().stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        for (Map.Entry<ConfigResource, Config> one :
                wait(admin.describeConfigs(asked).all()).entrySet()) {
            String policy =
                    one.getValue().get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
            if (policy != null && policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                return one.getKey().name() + " is compacted, so that a stale repeat could be the last record of a key;"
                        + " set its cleanup.policy to delete";
            }
        }
        return null;
    }

    private static @Nullable TopicDescription existing(KafkaFuture<TopicDescription> future) {
        try {
            return wait(future);
        } catch (KafkaAwayException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw failed;
        }
    }

    static <T> T wait(KafkaFuture<T> future) {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new KafkaAwayException("interrupted", stopping);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new KafkaAwayException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException late) {
            throw new KafkaAwayException("no answer within " + WAIT_SECONDS + " s", late);
        }
    }
}
