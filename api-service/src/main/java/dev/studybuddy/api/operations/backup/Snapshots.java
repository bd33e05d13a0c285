package dev.studybuddy.api.operations.backup;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.outbox.AggregateSource;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Emits snapshots. One transaction reads the rows and emits their snapshots. */
@Component
public final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private final Map<AggregateType, AggregateSource> sources;
    private final RetryingTransactions transactions;
    private final Outbox outbox;

    Snapshots(List<AggregateSource> sources, RetryingTransactions transactions, Outbox outbox) {
        this.sources = sources.stream().collect(Collectors.toMap(AggregateSource::type, Function.identity()));
        this.transactions = transactions;
        this.outbox = outbox;
    }

    /** Emits a snapshot of one aggregate and returns its present state, or empty if the aggregate does not exist. */
    public Optional<AggregateState> emit(AggregateType type, UUID id) {
        return transactions.run(() -> {
            Optional<AggregateState> state = source(type).find(id);
            state.ifPresent(present -> outbox.append(type, EventKind.SNAPSHOT, present));
            return state;
        });
    }

    /**
     * Emits a snapshot of each aggregate on the next page of a type and returns their states. A page that is shorter
     * than the limit is the last one.
     *
     * @param after the id that the page follows; null for the first page
     */
    List<AggregateState> emitPage(AggregateType type, @Nullable UUID after, int limit) {
        return transactions.run(() -> {
            List<AggregateState> page = source(type).readPage(after, limit);
            outbox.appendAll(type, EventKind.SNAPSHOT, page);
            return page;
        });
    }

    /**
     * A page states which aggregates were read and of which a snapshot was emitted.
     *
     * @param read all aggregates of the page
     * @param emitted the aggregates that matched
     */
    record EmittedPage(List<AggregateState> read, List<AggregateState> emitted) {}

    /**
     * Emits a snapshot of each matching aggregate on the next page of a type. A page with fewer aggregates than the
     * limit is the last one.
     *
     * @param after the id that the page follows; null for the first page
     */
    EmittedPage emitPage(AggregateType type, @Nullable UUID after, int limit, Predicate<AggregateState> matching) {
        return transactions.run(() -> emit(type, source(type).readPage(after, limit), matching));
    }

    /**
     * Emits a snapshot of each matching aggregate on the next page of a user's aggregates of a type. A page with fewer
     * aggregates than the limit is the last one.
     *
     * @param after the last state of the previous page; null for the first page
     */
    EmittedPage emitPageOfUser(
            AggregateType type,
            UUID user,
            @Nullable AggregateState after,
            int limit,
            Predicate<AggregateState> matching) {
        return transactions.run(() -> emit(type, source(type).readPageOfUser(user, after, limit), matching));
    }

    private EmittedPage emit(AggregateType type, List<AggregateState> page, Predicate<AggregateState> matching) {
        List<AggregateState> emitted = page.stream().filter(matching).toList();
        outbox.appendAll(type, EventKind.SNAPSHOT, emitted);
        return new EmittedPage(page, emitted);
    }

    /**
     * Returns the number of aggregates of all types, for the display of progress; empty if the tables are too large, or
     * locked for too long, to be counted in time.
     */
    OptionalLong count() {
        return count(sources.keySet());
    }

    /**
     * Returns the number of aggregates of these types, for the display of progress; empty if the tables are too large,
     * or locked for too long, to be counted in time.
     */
    public OptionalLong count(Set<AggregateType> types) {
        try {
            return OptionalLong.of(
                    types.stream().mapToLong(type -> source(type).count()).sum());
        } catch (DataAccessException slow) {
            SqlFault fault = SqlFault.of(slow);
            if (fault != SqlFault.UNAVAILABLE && fault != SqlFault.LOCKED) {
                throw slow;
            }
            LOG.atInfo()
                    .addKeyValue("types", types)
                    .log("The database did not count the aggregates in time; a job shows its progress without an"
                            + " estimated total");
            return OptionalLong.empty();
        }
    }

    /** Returns the source of the aggregates of a type. */
    public AggregateSource source(AggregateType type) {
        AggregateSource source = sources.get(type);
        if (source == null) {
            throw new IllegalStateException("no aggregate source is registered for the type " + type.code());
        }
        return source;
    }
}
