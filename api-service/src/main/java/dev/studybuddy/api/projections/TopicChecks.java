package dev.studybuddy.api.projections;

import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.lag.Broker;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.TopicOrigin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Whether the topics hold all that a generation is built from. */
@Component
final class TopicChecks {

    private final Broker broker;
    private final ApiProperties properties;

    TopicChecks(Broker broker, ApiProperties properties) {
        this.broker = broker;
        this.properties = properties;
    }

    /** All partitions of the topics of some types. */
    List<TopicPartition> partitions(Set<AggregateType> types) {
        return types.stream()
                .map(type -> type.topic(properties.topicPrefix()))
                .flatMap(topic -> IntStream.range(0, properties.topicPartitions())
                        .mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
    }

    /**
     * The topics to build from.
     *
     * @param reads what the model reads
     * @param active what is served now; null where there is nothing
     * @param snapshotsFirst whether every aggregate is emitted again, so that the past may be missing
     * @throws dev.studybuddy.api.web.ProblemException 409 where something is missing
     */
    Map<String, TopicOrigin> fit(Set<AggregateType> reads, @Nullable Generation active, boolean snapshotsFirst) {
        List<String> names =
                reads.stream().map(type -> type.topic(properties.topicPrefix())).toList();
        Map<String, TopicDescription> found = broker.topics(names);
        Map<String, TopicOrigin> origins = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (String name : names) {
            TopicDescription topic = found.get(name);
            if (topic == null) {
                throw refused("Topic " + name + " is missing.");
            }
            if (topic.partitions().size() != properties.topicPartitions()) {
                throw refused("Topic " + name + " has " + topic.partitions().size() + " partitions, not "
                        + properties.topicPartitions() + '.');
            }
            TopicOrigin origin = new TopicOrigin(
                    topic.topicId().toString(), topic.partitions().size());
            origins.put(name, origin);
            TopicOrigin recorded = active == null ? null : active.topics().get(name);
            if (recorded != null && !recorded.equals(origin)) {
                wrong.add(name + " is not the topic that the active generation was built from");
            }
        }
        broker.starts(partitions(reads)).forEach((partition, start) -> {
            if (start > 0) {
                wrong.add(partition + " begins at offset " + start);
            }
        });
        if (!wrong.isEmpty() && !snapshotsFirst) {
            throw refused("The topics don't hold everything: " + String.join("; ", wrong)
                    + ". Say \"snapshotsFirst\": true, and every aggregate is emitted again.");
        }
        return origins;
    }

    private static RuntimeException refused(String detail) {
        return Problem.conflict("topics-not-fit", "Topics not fit for a rebuild", detail)
                .exception();
    }
}
