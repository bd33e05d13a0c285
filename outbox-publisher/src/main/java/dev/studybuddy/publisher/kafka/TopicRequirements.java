package dev.studybuddy.publisher.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Compares an existing topic with the settings. A topic that does not meet them is blocked; a weakness is only
 * reported.
 */
final class TopicRequirements {

    private final TopicSettings settings;

    TopicRequirements(TopicSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the state of a topic.
     *
     * @param config the topic's configuration, or null if the publisher is not allowed to read it
     */
    TopicState evaluate(TopicDescription topic, @Nullable Config config) {
        int partitions = topic.partitions().size();
        if (partitions != settings.partitions()) {
            return new TopicState.Blocked("topic " + topic.name() + " has " + partitions + " partitions, not "
                    + settings.partitions() + "; another number of partitions needs a new topic");
        }
        String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy != null && policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            return new TopicState.Blocked("topic " + topic.name()
                    + " is compacted; compaction could keep a stale repeat as the last record of a key");
        }
        return new TopicState.Ready();
    }

    /** Returns the properties by which this topic could lose events, or an empty list. */
    List<String> weaknesses(TopicDescription topic, @Nullable Config config) {
        List<String> weaknesses = new ArrayList<>();
        int replicas = topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (replicas < settings.replicationFactor()) {
            weaknesses.add("a partition has " + replicas
                    + " replicas, fewer than publisher.topics.replication-factor = " + settings.replicationFactor());
        }
        String minInsync = value(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
        if (minInsync != null) {
            int minimum = Integer.parseInt(minInsync);
            if (minimum < settings.minInsyncReplicas()) {
                weaknesses.add("min.insync.replicas = " + minimum
                        + " is less than publisher.topics.min-insync-replicas = " + settings.minInsyncReplicas());
            }
            if (replicas > 1 && minimum >= replicas) {
                weaknesses.add("min.insync.replicas = " + minimum + " is not less than the number of replicas, "
                        + replicas + ", so the loss of one broker stops the topic");
            }
        }
        if (Boolean.parseBoolean(value(config, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG))) {
            weaknesses.add("unclean.leader.election.enable = true permits a leader that lacks acknowledged records");
        }
        for (String name : List.of(TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG)) {
            String retention = value(config, name);
            if (retention != null && !retention.equals(TopicSettings.INFINITE)) {
                weaknesses.add(name + " = " + retention + " is finite, so a rebuild lacks older events");
            }
        }
        return weaknesses;
    }

    private static @Nullable String value(@Nullable Config config, String name) {
        ConfigEntry entry = config == null ? null : config.get(name);
        return entry == null ? null : entry.value();
    }
}
