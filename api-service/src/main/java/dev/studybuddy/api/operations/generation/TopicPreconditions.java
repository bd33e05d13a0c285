package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.kafka.KafkaInspector;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.TopicOrigin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks whether the topics hold every record that a generation is built from. */
@Component
final class TopicPreconditions {

    private final KafkaInspector kafka;
    private final TopicProperties properties;

    TopicPreconditions(KafkaInspector kafka, TopicProperties properties) {
        this.kafka = kafka;
        this.properties = properties;
    }

    /**
     * Returns the topics that a generation can be built from, by name.
     *
     * @param reads the types of aggregates that the read model reads
     * @param active the active generation; null if there is none
     * @param snapshotsFirst whether a backup emits every aggregate again, so that the topics may lack old records
     * @throws dev.studybuddy.api.http.ProblemException 409 if a topic or a record is missing, if a topic is compacted,
     *     or if the number of partitions of a topic is not the number that this service expects
     */
    Map<String, TopicOrigin> requireUsable(
            Set<AggregateType> reads, @Nullable Generation active, boolean snapshotsFirst) {
        List<String> names = reads.stream().map(properties::topic).toList();
        Map<String, TopicDescription> found = kafka.findTopics(names);
        Map<String, TopicOrigin> origins = new HashMap<>();
        List<String> gaps = new ArrayList<>();
        for (String name : names) {
            TopicDescription topic = found.get(name);
            if (topic == null) {
                throw topicsUnusable("Topic " + name + " does not exist. It must exist with "
                        + properties.topicPartitions() + " partitions.");
            }
            if (topic.partitions().size() != properties.topicPartitions()) {
                throw topicsUnusable("Topic " + name + " has "
                        + topic.partitions().size() + " partitions, but studybuddy.topic-partitions is "
                        + properties.topicPartitions() + '.');
            }
            origins.put(name, originOf(topic));
        }
        if (active != null) {
            gaps.addAll(findReplacements(active, reads, origins));
        }
        requireUncompacted(names);
        kafka.readStartOffsets(properties.partitions(reads)).forEach((partition, start) -> {
            if (start > 0) {
                gaps.add("partition " + partition + " starts at offset " + start);
            }
        });
        if (!gaps.isEmpty() && !snapshotsFirst) {
            throw topicsUnusable("The topics do not hold every record: " + String.join("; ", gaps)
                    + ". Send \"snapshotsFirst\": true to emit every aggregate again for the rebuild.");
        }
        return origins;
    }

    /**
     * Returns the topics of a generation that are no longer the present topics of their types, each with an
     * explanation. Such a generation lacks the events on the present topics.
     */
    List<String> findReplacements(Generation generation) {
        Map<String, TopicOrigin> present = new HashMap<>();
        kafka.findTopics(generation.reads().stream().map(properties::topic).toList())
                .forEach((name, topic) -> present.put(name, originOf(topic)));
        return findReplacements(generation, generation.reads(), present);
    }

    private List<String> findReplacements(
            Generation generation, Set<AggregateType> types, Map<String, TopicOrigin> present) {
        List<String> replacements = new ArrayList<>();
        new TreeMap<>(generation.topics()).forEach((recorded, origin) -> {
            Optional<String> name =
                    AggregateType.ofTopic(recorded).filter(types::contains).map(properties::topic);
            if (name.isPresent() && !name.get().equals(recorded)) {
                replacements.add("topic " + name.get() + " replaces topic " + recorded + ", which generation "
                        + generation.number() + " reads");
            } else if (name.isPresent() && !origin.equals(present.get(recorded))) {
                replacements.add("topic " + recorded + " was deleted, created again or repartitioned after generation "
                        + generation.number() + " was built");
            }
        });
        return replacements;
    }

    private static TopicOrigin originOf(TopicDescription topic) {
        return new TopicOrigin(topic.topicId().toString(), topic.partitions().size());
    }

    /** Rejects compacted topics, because a stale repeat can be the last record of a key, which compaction keeps. */
    private void requireUncompacted(List<String> names) {
        new TreeMap<>(kafka.readCleanupPolicies(names)).forEach((name, policy) -> {
            if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                throw topicsUnusable("Topic " + name + " has the cleanup.policy " + policy
                        + ", so it may have lost the newest state of an aggregate. Set it to delete, then rebuild with"
                        + " \"snapshotsFirst\": true.");
            }
        });
    }

    private static RuntimeException topicsUnusable(String detail) {
        return Problem.conflict("topics-not-fit", "Topics unusable for a rebuild", detail)
                .toException();
    }
}
