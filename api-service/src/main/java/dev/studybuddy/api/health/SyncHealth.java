package dev.studybuddy.api.health;

import dev.studybuddy.api.lag.GroupLag;
import dev.studybuddy.api.lag.OutboxBacklog;
import dev.studybuddy.api.lag.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** What the active generation's group has not committed; the partitions are those of all groups. */
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
        GroupLag active = state.active();
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
        Long records = active.records().orElse(null);
        return new ConsumerLag(records, seconds(active, records, state.outbox()), partitions);
    }

    private static @Nullable Double seconds(GroupLag active, @Nullable Long records, @Nullable OutboxBacklog outbox) {
        if (records == null) {
            return null;
        }
        if (records == 0) {
            return 0.0;
        }
        Instant now = outbox == null ? Instant.now() : outbox.now();
        return active.waiting()
                .map(written -> Math.max(0.001, Duration.between(written, now).toNanos() / 1e9))
                .orElse(null);
    }

    private static String connected(boolean connected) {
        return connected ? "connected" : "disconnected";
    }
}
