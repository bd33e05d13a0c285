package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.Shards;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pending range contains the creation times between which a query reads the pending events.
 *
 * @param from the earliest creation time in each shard from 0 to 63
 * @param upTo the latest creation time
 */
public record PendingRange(List<OffsetDateTime> from, OffsetDateTime upTo) {

    public PendingRange {
        from = List.copyOf(from);
    }

    /** Returns the range that has the same earliest creation time in every shard. */
    static PendingRange between(OffsetDateTime from, OffsetDateTime upTo) {
        return new PendingRange(Collections.nCopies(Shards.COUNT, from), upTo);
    }

    /** Returns the two ends of the range for each shard. */
    List<OffsetDateTime> parameters() {
        return parameters(0, Shards.COUNT - 1);
    }

    /** Returns the two ends of the range for each shard from the first to the last one. */
    List<OffsetDateTime> parameters(int firstShard, int lastShard) {
        return from.subList(firstShard, lastShard + 1).stream()
                .flatMap(start -> Stream.of(start, upTo))
                .toList();
    }
}
