package dev.studybuddy.projector.kafka;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.TopicOrigin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** A topic inspector reads the properties of a read model's topics from the broker. */
@Component
public final class TopicInspector {

    private static final Logger log = LoggerFactory.getLogger(TopicInspector.class);

    private static final long TIMEOUT_SECONDS = 10;

    private final Admin admin;
    private final ProjectorProperties properties;
    /**
     * This set holds the topics that were reported because the principal is not allowed to read their configuration.
     */
    private final Set<String> topicsWithoutConfig = ConcurrentHashMap.newKeySet();

    TopicInspector(Admin admin, ProjectorProperties properties) {
        this.admin = admin;
        this.properties = properties;
    }

    /**
     * An inspection holds the present properties of topics.
     *
     * @param origins the existing topics, by name
     * @param defect the reason why no generation can be built from the topics; null if one can
     */
    public record Inspection(
            Map<String, TopicOrigin> origins, @Nullable String defect) {}

    /**
     * Inspects the topics that the next generation of a read model reads. Throws a {@link KafkaUnavailableException} if
     * no broker responds or a broker refuses the request.
     */
    public Inspection inspect(ReadModel model) {
        List<String> topics = topicNames(model);
        Map<String, TopicOrigin> origins = findOrigins(topics);
        TreeSet<String> missing = new TreeSet<>(topics);
        missing.removeAll(origins.keySet());
        return new Inspection(
                origins, missing.isEmpty() ? findDefect(origins) : "these topics do not exist: " + missing);
    }

    /**
     * Returns the present origins of those topics that exist, by name. Throws a {@link KafkaUnavailableException} if no
     * broker responds or a broker refuses the request.
     */
    public Map<String, TopicOrigin> findOrigins(Collection<String> topics) {
        Map<String, TopicOrigin> origins = new HashMap<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(topics).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> one : descriptions.entrySet()) {
            TopicDescription topic = awaitIfExists(one.getKey(), one.getValue());
            if (topic != null) {
                origins.put(
                        one.getKey(),
                        new TopicOrigin(
                                topic.topicId().toString(), topic.partitions().size()));
            }
        }
        return origins;
    }

    /**
     * Returns the first offset of each partition's log. Throws a {@link KafkaUnavailableException} if Kafka does not
     * list the offset of each partition.
     */
    public Map<TopicPartition, Long> findStartOffsets(Collection<TopicPartition> partitions) {
        return listOffsets(partitions, OffsetSpec.earliest());
    }

    /**
     * Returns the sum of the end offsets of all partitions. It is an upper bound of the number of records on the
     * topics. Throws a {@link KafkaUnavailableException} if Kafka does not list the offset of each partition.
     */
    public long countRecords(Map<String, TopicOrigin> origins) {
        return listOffsets(partitionsOf(origins), OffsetSpec.latest()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Returns the partitions of topics. */
    public static List<TopicPartition> partitionsOf(Map<String, TopicOrigin> origins) {
        List<TopicPartition> partitions = new ArrayList<>();
        origins.forEach((topic, origin) -> {
            for (int partition = 0; partition < origin.partitions(); partition++) {
                partitions.add(new TopicPartition(topic, partition));
            }
        });
        return partitions;
    }

    private Map<TopicPartition, Long> listOffsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> requested = new HashMap<>();
        partitions.forEach(partition -> requested.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        await(admin.listOffsets(requested).all()).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private List<String> topicNames(ReadModel model) {
        return model.reads().stream()
                .map(type -> type.topic(properties.topicPrefix()))
                .sorted()
                .toList();
    }

    private @Nullable String findDefect(Map<String, TopicOrigin> origins) {
        for (Map.Entry<String, TopicOrigin> one : new TreeMap<>(origins).entrySet()) {
            if (one.getValue().partitions() != properties.topicPartitions()) {
                return one.getKey() + " has " + one.getValue().partitions()
                        + " partitions, but studybuddy.topic-partitions is " + properties.topicPartitions();
            }
        }
        List<ConfigResource> requested = new TreeSet<>(origins.keySet())
                .stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList();
        Map<ConfigResource, KafkaFuture<Config>> configs =
                admin.describeConfigs(requested).values();
        Set<String> unchecked = new TreeSet<>();
        for (ConfigResource resource : requested) {
            String topic = resource.name();
            Config config = awaitIfAuthorized(requireNonNull(configs.get(resource)));
            if (config == null) {
                unchecked.add(topic);
            } else if (isCompacted(config)) {
                return topic + " is compacted, so a stale repeat could be the last record of a key;"
                        + " set its cleanup.policy to delete";
            }
        }
        if (topicsWithoutConfig.addAll(unchecked)) {
            log.atWarn()
                    .addKeyValue("topics", unchecked)
                    .log("The principal of this service lacks the operation DESCRIBE_CONFIGS on these topics; the"
                            + " projector projects their events and cannot check whether the topics are compacted");
        }
        return null;
    }

    private static boolean isCompacted(Config config) {
        ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        return policy != null && policy.value() != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    /** Waits for the configuration of a topic, and returns null if the principal is not allowed to read it. */
    private static @Nullable Config awaitIfAuthorized(KafkaFuture<Config> future) {
        try {
            return await(future);
        } catch (KafkaUnavailableException failed) {
            if (failed.getCause() instanceof AuthorizationException) {
                return null;
            }
            throw failed;
        }
    }

    /** Waits for the description of a topic, and returns null if the topic does not exist. */
    private static @Nullable TopicDescription awaitIfExists(String name, KafkaFuture<TopicDescription> future) {
        try {
            return await(future);
        } catch (KafkaUnavailableException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            if (failed.getCause() instanceof AuthorizationException) {
                throw new KafkaUnavailableException(
                        "the principal lacks the operation DESCRIBE on topic " + name, failed.getCause());
            }
            throw failed;
        }
    }

    /**
     * Waits at most 10 s for the result of an administrative request. Throws a {@link KafkaUnavailableException} if the
     * request fails, has no result in time, or the thread is interrupted.
     */
    public static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("the thread was interrupted", stopping);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new KafkaUnavailableException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException late) {
            throw new KafkaUnavailableException("no broker responded within " + TIMEOUT_SECONDS + " s", late);
        }
    }
}
