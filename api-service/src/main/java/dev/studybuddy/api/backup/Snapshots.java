package dev.studybuddy.api.backup;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.outbox.AggregateSource;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Writes snapshot events: the rows are read, and their events written, in one transaction. */
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

    /** Emits the present state of one aggregate; empty where there is none. */
    public Optional<AggregateState> emit(AggregateType type, UUID id) {
        return transactions.run(() -> {
            Optional<AggregateState> state = source(type).find(id);
            state.ifPresent(present -> outbox.append(type, Change.SNAPSHOT, present));
            return state;
        });
    }

    /** Emits the aggregates whose ids come next; fewer than the limit where these were the last. */
    List<AggregateState> emitPage(AggregateType type, @Nullable UUID after, int limit) {
        return transactions.run(() -> {
            List<AggregateState> page = source(type).page(after, limit);
            outbox.appendAll(type, Change.SNAPSHOT, page);
            return page;
        });
    }

    /** How many aggregates there are, for showing progress; 0 where the tables are too large to be counted in time. */
    public long total() {
        return total(sources.keySet());
    }

    /** How many aggregates of some types there are, as in {@link #total()}. */
    public long total(Set<AggregateType> types) {
        try {
            return types.stream().mapToLong(type -> source(type).count()).sum();
        } catch (DataAccessException slow) {
            if (SqlFault.of(slow) != SqlFault.UNAVAILABLE) {
                throw slow;
            }
            LOG.info("How many aggregates there are could not be counted in time; progress has no end in sight");
            return 0;
        }
    }

    /** The table of a type. */
    public AggregateSource source(AggregateType type) {
        AggregateSource source = sources.get(type);
        if (source == null) {
            throw new IllegalStateException("no table of " + type.code());
        }
        return source;
    }
}
