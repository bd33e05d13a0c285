package dev.studybuddy.local.supervisor;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/** Checks whether every partition of every event topic is assigned to a projector. */
final class ProjectorGroups implements AutoCloseable {

    private static final Pattern TOPIC = Pattern.compile("studybuddy\\.[a-z]+\\.v\\d+");
    private static final String GROUP_PREFIX = "mongo-projector-";
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Admin admin;

    ProjectorGroups(String bootstrapServers) {
        Properties settings = new Properties();
        settings.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(LIMIT.toMillis()));
        settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(LIMIT.toMillis()));
        this.admin = Admin.create(settings);
    }

    /**
     * Returns the reason why no consumer group with at least this many members has all partitions, or empty if one has.
     */
    Optional<String> findObstacle(int members) throws InterruptedException {
        try {
            Set<TopicPartition> partitions = partitions();
            if (partitions.isEmpty()) {
                return Optional.of("no event topic exists");
            }
            List<String> names = admin.listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .filter(name -> name.startsWith(GROUP_PREFIX))
                    .toList();
            String reason = "no consumer group " + GROUP_PREFIX + "… exists";
            for (ConsumerGroupDescription group :
                    admin.describeConsumerGroups(names).all().get().values()) {
                Set<TopicPartition> assigned = new HashSet<>();
                group.members()
                        .forEach(member -> assigned.addAll(member.assignment().topicPartitions()));
                if (group.groupState() == GroupState.STABLE
                        && group.members().size() >= members
                        && assigned.containsAll(partitions)) {
                    return Optional.empty();
                }
                reason = group.groupId() + " is " + group.groupState() + ", its "
                        + group.members().size() + " members have " + assigned.size() + " of " + partitions.size()
                        + " partitions";
            }
            return Optional.of(reason);
        } catch (ExecutionException e) {
            return Optional.of("Kafka does not answer: " + e.getCause());
        }
    }

    private Set<TopicPartition> partitions() throws InterruptedException, ExecutionException {
        List<String> topics = admin.listTopics().names().get().stream()
                .filter(name -> TOPIC.matcher(name).matches())
                .toList();
        Set<TopicPartition> partitions = new HashSet<>();
        admin.describeTopics(topics)
                .allTopicNames()
                .get()
                .values()
                .forEach(topic -> topic.partitions()
                        .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition()))));
        return partitions;
    }

    @Override
    public void close() {
        admin.close(LIMIT);
    }
}
