package dev.studybuddy.api.lag;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.stereotype.Component;

/**
 * Asks the broker, at most two seconds long each. The client is made at the first question, so that this service starts
 * without a broker, and also without a name for it.
 */
@Component
public final class Broker {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(1500);

    private final Map<String, Object> settings;
    private @Nullable Admin admin;

    Broker(KafkaProperties properties, KafkaConnectionDetails connection) {
        settings = new HashMap<>(properties.buildAdminProperties());
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connection.getBootstrapServers());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "api-service-lag");
    }

    /** Whether there is one that answers. */
    public void ping() {
        get(admin().describeCluster().nodes());
    }

    /** The topics that there are, of those asked for, by name. */
    public Map<String, TopicDescription> topics(Collection<String> names) {
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

    /** Where each partition ends: the offset that its next record gets. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    /** Where each partition begins: above 0 where records are gone. */
    public Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        get(admin().listOffsets(asked).all()).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /** What a group committed; a partition without is absent, and so is a group that there isn't. */
    public Map<TopicPartition, Long> committed(String group) {
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

    /** The partitions that members of a group have between them. */
    public Set<TopicPartition> assigned(String group) {
        try {
            Set<TopicPartition> assigned = new HashSet<>();
            for (MemberDescription member : get(admin().describeConsumerGroups(List.of(group))
                            .describedGroups()
                            .values()
                            .iterator()
                            .next())
                    .members()) {
                assigned.addAll(member.assignment().topicPartitions());
            }
            return assigned;
        } catch (GroupIdNotFoundException absent) {
            return Set.of();
        }
    }

    /** The ids of all consumer groups. */
    public List<String> groups() {
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
            admin.close(Duration.ofMillis(500));
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KafkaException known) {
                throw known;
            }
            throw new BrokerAwayException("the broker does not answer", failed);
        } catch (TimeoutException late) {
            throw new BrokerAwayException("the broker does not answer in time", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BrokerAwayException("interrupted", interrupted);
        }
    }
}
