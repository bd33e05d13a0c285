package dev.studybuddy.api.health;

import dev.studybuddy.api.lag.GroupLag;
import dev.studybuddy.api.lag.OutboxBacklog;
import dev.studybuddy.api.lag.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every stage of the way from a write to MongoDB; what is unknown is null. */
record SyncHealth(HealthStatus status, Map<String, String> databases, String kafka, Sync sync) {

    /** The stages. */
    record Sync(
            @Nullable Long queueSize,
            @Nullable Boolean queueSizeExact,
            @Nullable Double syncLagSeconds,
            @Nullable Long failedEvents,
            @Nullable Long deadLetters,
            @Nullable Long brokenDocuments,
            @Nullable List<Publisher> publishers,
            @Nullable ConsumerLag consumerLag) {}

    /** A live publisher and how many shards it has. */
    record Publisher(String id, int shards, Instant lastSeen) {}

    /** What the groups of the active generations have not committed; the partitions are those of all groups. */
    record ConsumerLag(@Nullable Long records, @Nullable Double seconds, List<Partition> partitions) {}

    /** One partition of one group. */
    record Partition(
            String group,
            String topic,
            int partition,
            @Nullable Long committed,
            long end,
            @Nullable Long lag) {}

    static SyncHealth of(SyncState state) {
        OutboxBacklog outbox = state.outbox();
        Map<String, String> databases = new TreeMap<>();
        databases.put("cockroachdb", connected(outbox != null));
        databases.put("mongodb", connected(state.mongo()));
        Sync sync = new Sync(
                outbox == null ? null : Long.valueOf(outbox.pending()),
                outbox == null ? null : Boolean.valueOf(outbox.exact()),
                state.lagSeconds(),
                outbox == null ? null : Long.valueOf(outbox.failed()),
                state.deadLetters(),
                state.brokenDocuments(),
                outbox == null ? null : publishers(outbox),
                consumerLag(state));
        return new SyncHealth(HealthStatus.of(state), databases, connected(state.kafka()), sync);
    }

    private static List<Publisher> publishers(OutboxBacklog outbox) {
        return outbox.publishers().stream()
                .filter(OutboxBacklog.Publisher::live)
                .map(one -> new Publisher(one.id(), one.shards(), one.lastSeen()))
                .toList();
    }

    private static @Nullable ConsumerLag consumerLag(SyncState state) {
        List<GroupLag> active = state.active();
        if (active == null || state.groups() == null) {
            return null;
        }
        List<Partition> partitions = new ArrayList<>();
        for (GroupLag group : state.groups()) {
            for (GroupLag.Partition one : group.partitions()) {
                partitions.add(new Partition(
                        group.group(), one.topic(), one.partition(), one.committed(), one.end(), one.lag()));
            }
        }
        Long records = records(active);
        return new ConsumerLag(records, seconds(active, records, state.outbox()), partitions);
    }

    private static @Nullable Long records(List<GroupLag> active) {
        long sum = 0;
        for (GroupLag group : active) {
            Optional<Long> records = group.records();
            if (records.isEmpty()) {
                return null;
            }
            sum += records.get();
        }
        return sum;
    }

    /** Of the group that is farthest behind; a group that is behind and can't say since when makes it unknown. */
    private static @Nullable Double seconds(
            List<GroupLag> active, @Nullable Long records, @Nullable OutboxBacklog outbox) {
        if (records == null) {
            return null;
        }
        Instant now = outbox == null ? Instant.now() : outbox.now();
        double most = 0;
        for (GroupLag group : active) {
            if (group.records().orElse(0L) > 0) {
                Optional<Instant> waiting = group.waiting();
                if (waiting.isEmpty()) {
                    return null;
                }
                double seconds =
                        Math.max(0.001, Duration.between(waiting.get(), now).toNanos() / 1e9);
                most = Math.max(most, seconds);
            }
        }
        return most;
    }

    private static String connected(boolean connected) {
        return connected ? "connected" : "disconnected";
    }
}
