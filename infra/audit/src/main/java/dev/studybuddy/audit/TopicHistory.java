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
 * What the topics say, record after record: for one aggregate each version's first occurrence comes after those of all
 * earlier versions, none is missing, and any may be repeated.
 */
final class TopicHistory {

    private final Map<AggregateKey, Last> lasts = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private long records;
    private long repeats;

    /** Reads all topics up to their ends. */
    static TopicHistory read(AuditedServers servers, Duration limit) {
        TopicHistory history = new TopicHistory();
        try (TopicReader reader = new TopicReader(servers.kafka())) {
            for (AggregateType type : AggregateType.values()) {
                String topic = type.topic(servers.topicPrefix());
                int partitions = reader.partitions(topic);
                reader.readToEnd(topic, limit, one -> history.take(type, one, partitions));
            }
        }
        return history;
    }

    void take(AggregateType type, ConsumerRecord<byte[], byte[]> record, int partitions) {
        records++;
        String text = header(record, EventHeaders.AGGREGATE_VERSION);
        if (record.key() == null || record.value() == null || text == null) {
            complain(record, "has no key, no value or no version");
            return;
        }
        if (Utils.toPositive(Utils.murmur2(record.key())) % partitions != record.partition()) {
            complain(record, "is not in its key's partition");
        }
        AggregateKey key = new AggregateKey(type, new String(record.key(), StandardCharsets.UTF_8));
        long version = Long.parseLong(text);
        Last last = lasts.get(key);
        long seen = last == null ? 0 : last.version();
        if (version <= seen) {
            repeats++;
            return;
        }
        if (version > seen + 1) {
            complain(record, key + ": version " + version + " follows " + seen);
        }
        lasts.put(key, new Last(version, Bytes.wrap(record.value())));
    }

    /** Says where the topics' last states differ from SQL's. */
    List<Finding> comparedWith(Map<AggregateKey, AggregateState> truth) {
        List<Finding> all = new ArrayList<>(findings);
        truth.forEach((key, state) -> {
            Last last = lasts.get(key);
            if (last == null || last.version() != state.version()) {
                all.add(new Finding(
                        "topic",
                        key.toString(),
                        "ends with version " + (last == null ? 0 : last.version()) + ", SQL with " + state.version()));
            } else {
                AggregateState read = decode(key, last, all);
                if (read != null && !read.equals(state)) {
                    all.add(new Finding("topic", key.toString(), "says " + read + ", SQL " + state));
                }
            }
        });
        lasts.keySet().stream()
                .filter(key -> !truth.containsKey(key))
                .forEach(key -> all.add(new Finding("topic", key.toString(), "is unknown to SQL")));
        return all;
    }

    long records() {
        return records;
    }

    long repeats() {
        return repeats;
    }

    private static @Nullable AggregateState decode(AggregateKey key, Last last, List<Finding> findings) {
        try {
            return EventJson.read(key.type(), last.value().get());
        } catch (JacksonException unreadable) {
            findings.add(new Finding("topic", key.toString(), "can't be read: " + unreadable.getOriginalMessage()));
            return null;
        }
    }

    private void complain(ConsumerRecord<byte[], byte[]> record, String what) {
        findings.add(new Finding(record.topic(), record.partition() + "@" + record.offset(), what));
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The first occurrence of the newest version. */
    private record Last(long version, Bytes value) {}
}
