package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import org.jspecify.annotations.Nullable;

/**
 * A journal position holds the position of a partition, {@code hi}, with the session on which it was read.
 *
 * @param session the session on which the position was read
 * @param hi the {@code hi} of the stored journal when this instance last read or wrote it: the batches below it are
 *     decided and, while this position exists, also applied
 * @param done the done offset that the stored journal holds
 * @param format the format of the stored journal
 * @param leaderEpoch the leader epoch of the last record before {@code hi}; null if it is unknown
 */
record JournalPosition(
        FencedSession session,
        long hi,
        long done,
        PlanFormat format,
        @Nullable Integer leaderEpoch) {}
