package dev.studybuddy.api.admission;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Holds one limiter for each kind of read. The lists leave connections to CockroachDB to the writes. */
@Component
public final class ReadLimiters {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Map<ReadKind, ReadLimiter> limiters = new LinkedHashMap<>();

    /**
     * Creates the limiters.
     *
     * @param connections the number of connections to CockroachDB that lists share with the writes
     * @throws IllegalArgumentException if the lists could take all connections
     */
    ReadLimiters(
            ReadProperties properties,
            @Value("${spring.datasource.hikari.maximum-pool-size}") int connections,
            MeterRegistry meters) {
        properties.requireConnectionsForWrites(connections);
        int reports = properties.concurrentOn(PROCESSORS);
        limiters.put(
                ReadKind.REPORTS, limiter(ReadKind.REPORTS, reports, Math.max(1, reports / 4), properties, meters));
        int lists = properties.concurrentLists();
        limiters.put(ReadKind.LISTS, limiter(ReadKind.LISTS, lists, Math.max(1, lists / 2), properties, meters));
        int operations = properties.concurrentOperations();
        limiters.put(ReadKind.OPERATIONS, limiter(ReadKind.OPERATIONS, operations, operations, properties, meters));
        int mongoOperations = properties.concurrentMongoOperations();
        limiters.put(
                ReadKind.MONGO_OPERATIONS,
                limiter(ReadKind.MONGO_OPERATIONS, mongoOperations, mongoOperations, properties, meters));
    }

    private static ReadLimiter limiter(
            ReadKind kind, int count, int leftByWrites, ReadProperties properties, MeterRegistry meters) {
        return new ReadLimiter(kind.label(), count, leftByWrites, properties.maxWait(), meters);
    }

    /** Returns the limiter of a read; empty if the read has no limit here. */
    Optional<ReadLimiter> find(HttpServletRequest read) {
        for (Map.Entry<ReadKind, ReadLimiter> limiter : limiters.entrySet()) {
            if (limiter.getKey().paths().matches(read)) {
                return Optional.of(limiter.getValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Takes a permit of each kind for a write, without a wait. Returns the limiters whose permit the write must
     * release.
     */
    List<ReadLimiter> takeForWrite() {
        return limiters.values().stream().filter(ReadLimiter::takeForWrite).toList();
    }
}
