package dev.studybuddy.api.kafka;

import dev.studybuddy.api.deadline.Deadline;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Queries the Kafka broker; each query takes at most two seconds, and all queries of a request end by its deadline. The
 * client is created at the first query, so that this service also starts if no broker is reachable or if the broker's
 * host name does not resolve. If the broker refuses a query or does not answer it in time, each method throws a
 * {@link KafkaException}.
 */
@Component
public final class KafkaInspector {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaInspector.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(1500);

    private final Map<String, Object> settings;
    private @Nullable Admin admin;

    KafkaInspector(KafkaAdmin configured) {
        settings = new HashMap<>(configured.getConfigurationProperties());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "api-service-lag");
    }

    /**
     * Checks that the broker answers.
     *
     * @throws KafkaException if it does not answer in time
     */
    public void ping() {
        get(admin().describeCluster().nodes());
    }

    /** Returns the descriptions of those topics in {@code names} that exist, by name. */
    public Map<String, TopicDescription> findTopics(Collection<String> names) {
        Map<String, TopicDescription> found = new HashMap<>();
        admin().describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, get(description));
            } catch (UnknownTopicOrPartitionException absent) {
                found.remove(name);
            }
        });
        return found;
    }

    /**
     * Returns the cleanup policies of topics, by name, for example {@code delete} or {@code compact,delete}. A topic is
     * absent if this service lacks the operation {@code DESCRIBE_CONFIGS} on it.
     */
    public Map<String, String> readCleanupPolicies(Collection<String> names) {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, String> policies = new HashMap<>();
        Set<String> denied = new TreeSet<>();
        admin().describeConfigs(resources).values().forEach((resource, config) -> {
            try {
                ConfigEntry policy = get(config).get(TopicConfig.CLEANUP_POLICY_CONFIG);
                policies.put(resource.name(), policy == null ? "" : String.valueOf(policy.value()));
            } catch (AuthorizationException forbidden) {
                denied.add(resource.name());
            }
        });
        if (!denied.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("topics", denied)
                    .log("The principal of this service lacks the operation DESCRIBE_CONFIGS on these topics;"
                            + " api-service cannot check whether the topics are compacted");
        }
        return policies;
    }

    /** Returns the end offset of each partition, which is the offset that its next record receives. */
    public Map<TopicPartition, Long> readEndOffsets(Collection<TopicPartition> partitions) {
        return readOffsets(partitions, OffsetSpec.latest());
    }

    /** Returns the start offset of each partition; it is above 0 if earlier records were deleted. */
    public Map<TopicPartition, Long> readStartOffsets(Collection<TopicPartition> partitions) {
        return readOffsets(partitions, OffsetSpec.earliest());
    }

    private Map<TopicPartition, Long> readOffsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(partition -> specs.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        get(admin().listOffsets(specs).all()).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /**
     * Returns the offsets that a consumer group has committed. A partition without a committed offset is absent, and
     * the map is empty if the group does not exist.
     */
    public Map<TopicPartition, Long> readCommittedOffsets(String group) {
        try {
            Map<TopicPartition, Long> committed = new HashMap<>();
            get(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (offset != null) {
                            committed.put(partition, offset.offset());
                        }
                    });
            return committed;
        } catch (GroupIdNotFoundException absent) {
            return Map.of();
        }
    }

    /** Returns the client ids of the members of a consumer group; the list is empty if the group does not exist. */
    public List<String> findClientIds(String group) {
        return findMembers(group).stream().map(MemberDescription::clientId).toList();
    }

    /**
     * Returns the partitions that are assigned to any member of a consumer group; the set is empty if the group does
     * not exist.
     */
    public Set<TopicPartition> findAssignedPartitions(String group) {
        Set<TopicPartition> assigned = new HashSet<>();
        findMembers(group).forEach(member -> assigned.addAll(member.assignment().topicPartitions()));
        return assigned;
    }

    private Collection<MemberDescription> findMembers(String group) {
        try {
            return get(admin().describeConsumerGroups(List.of(group))
                            .describedGroups()
                            .values()
                            .iterator()
                            .next())
                    .members();
        } catch (GroupIdNotFoundException absent) {
            return List.of();
        }
    }

    /** Returns the ids of all consumer groups. */
    public List<String> findGroups() {
        return get(admin().listGroups(ListGroupsOptions.forConsumerGroups()).all()).stream()
                .map(GroupListing::groupId)
                .toList();
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(settings);
        }
        return admin;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            // A query that still runs has no reader, so the service does not wait for it.
            admin.close(Duration.ZERO);
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        Duration limit = Deadline.limit(TIMEOUT);
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KafkaException kafkaFailure) {
                throw kafkaFailure;
            }
            throw new KafkaUnavailableException("Kafka did not answer a query", failed);
        } catch (TimeoutException late) {
            throw new KafkaUnavailableException(
                    "Kafka did not answer a query within " + limit.toMillis() + " ms", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("the wait for an answer of Kafka was interrupted", interrupted);
        }
    }
}
