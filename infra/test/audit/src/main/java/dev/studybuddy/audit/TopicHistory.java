package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.outbox.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Checks the order of the records on the topics. For one aggregate, the first occurrence of each version must come
 * after those of all earlier versions, and none may be missing. Any version may be repeated.
 */
final class TopicHistory {

    private final Map<AggregateKey, NewestVersion> newestVersions = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private long records;
    private long repeats;

    /** Reads all topics up to their present ends. */
    static TopicHistory read(AuditedServers servers, Duration limit) {
        TopicHistory history = new TopicHistory();
        try (TopicReader reader = new TopicReader(servers.kafka())) {
            for (AggregateType type : AggregateType.values()) {
                String topic = type.topic(servers.topicPrefix());
                int partitions = reader.countPartitions(topic);
                reader.readToEnd(topic, limit, one -> history.add(type, one, partitions));
            }
        }
        return history;
    }

    void add(AggregateType type, ConsumerRecord<byte[], byte[]> record, int partitions) {
        records++;
        String text = header(record, EventHeaders.AGGREGATE_VERSION);
        if (record.key() == null || record.value() == null || text == null) {
            addFinding(record, "has no key, no value or no version");
            return;
        }
        if (Utils.toPositive(Utils.murmur2(record.key())) % partitions != record.partition()) {
            addFinding(record, "is not in its key's partition");
        }
        AggregateKey key = new AggregateKey(type, new String(record.key(), StandardCharsets.UTF_8));
        long version = Long.parseLong(text);
        NewestVersion newest = newestVersions.get(key);
        long seen = newest == null ? 0 : newest.version();
        if (version <= seen) {
            repeats++;
            return;
        }
        if (version > seen + 1) {
            addFinding(record, key + ": version " + version + " follows " + seen);
        }
        newestVersions.put(key, new NewestVersion(version, Bytes.wrap(record.value())));
    }

    /** Returns the faults of the records, with the differences between the topics' newest states and SQL's. */
    List<Finding> compareWith(Map<AggregateKey, AggregateState> states) {
        List<Finding> all = new ArrayList<>(findings);
        states.forEach((key, state) -> {
            NewestVersion newest = newestVersions.get(key);
            if (newest == null || newest.version() != state.version()) {
                all.add(new Finding(
                        "topic",
                        key.toString(),
                        "ends with version " + (newest == null ? 0 : newest.version()) + ", but SQL with "
                                + state.version()));
            } else {
                AggregateState read = decode(key, newest, all);
                if (read != null && !read.equals(state)) {
                    all.add(new Finding("topic", key.toString(), "is " + read + ", but SQL has " + state));
                }
            }
        });
        newestVersions.keySet().stream()
                .filter(key -> !states.containsKey(key))
                .forEach(key -> all.add(new Finding("topic", key.toString(), "has no aggregate in SQL")));
        return all;
    }

    long records() {
        return records;
    }

    long repeats() {
        return repeats;
    }

    private static @Nullable AggregateState decode(AggregateKey key, NewestVersion newest, List<Finding> findings) {
        try {
            return EventJson.read(key.type(), newest.value().get());
        } catch (JacksonException unreadable) {
            findings.add(new Finding("topic", key.toString(), "cannot be read: " + unreadable.getOriginalMessage()));
            return null;
        }
    }

    private void addFinding(ConsumerRecord<byte[], byte[]> record, String what) {
        findings.add(new Finding(record.topic(), record.partition() + "@" + record.offset(), what));
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** This record holds the version and value of the first record that has the newest version of an aggregate. */
    private record NewestVersion(long version, Bytes value) {}
}
