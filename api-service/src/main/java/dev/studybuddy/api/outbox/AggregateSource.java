package dev.studybuddy.api.outbox;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The present states of one type of aggregate, from its table: what snapshots and comparisons are made of. */
public interface AggregateSource {

    AggregateType type();

    /** The present state, read in the caller's transaction; empty where there is none (any more). */
    Optional<AggregateState> find(UUID id);

    /**
     * The states whose ids come next, in the order of their ids.
     *
     * @param after the last id of the page before; null for the first
     */
    List<AggregateState> page(@Nullable UUID after, int limit);

    /** How many there are. Walks the table: for jobs only. */
    long count();
}
