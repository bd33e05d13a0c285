package dev.studybuddy.api.backup;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.outbox.AggregateSource;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes snapshot events: the rows are read, and their events written, in one transaction. */
@Component
public final class Snapshots {

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

    /** How many aggregates of a type there are. */
    public long count(AggregateType type) {
        return source(type).count();
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
