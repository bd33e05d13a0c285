package dev.studybuddy.api.admission;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Holds one limiter for each kind of read. The limits of the lists leave some connections to CockroachDB free for
 * writes.
 */
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
        int lists = properties.concurrentLists();
        Duration wait = properties.maxWait();
        Duration operatorWait = properties.operatorListsMaxWait();
        add(ReadKind.REPORTS, ofUsers(reports, Math.max(1, reports / 4)), wait, meters);
        add(ReadKind.LISTS, ofUsers(lists, Math.max(1, lists / 2)), wait, meters);
        add(ReadKind.OPERATOR_LISTS, ofOperators(properties.concurrentOperatorLists()), operatorWait, meters);
        add(
                ReadKind.OPERATOR_LISTS_WITH_MONGODB,
                ofOperators(properties.concurrentOperatorListsWithMongodb()),
                operatorWait,
                meters);
    }

    private static CallerPermits ofUsers(int count, int leftByWrites) {
        return new CallerPermits(count, leftByWrites, CallerPermits.FreePermitPolicy.KEPT);
    }

    /**
     * Creates permits that one operator may use alone: often only one operator works, and the console requests several
     * lists at once. Therefore a list of another operator must be able to wait until one of these lists ends.
     */
    private static CallerPermits ofOperators(int count) {
        return new CallerPermits(count, count, CallerPermits.FreePermitPolicy.GRANTED);
    }

    private void add(ReadKind kind, CallerPermits permits, Duration maxWait, MeterRegistry meters) {
        limiters.put(kind, new ReadLimiter(kind.label(), permits, maxWait, meters));
    }

    /** Returns the limiter of a read, or nothing if no kind contains the read. */
    Optional<ReadLimiter> find(HttpServletRequest read) {
        for (Map.Entry<ReadKind, ReadLimiter> limiter : limiters.entrySet()) {
            if (limiter.getKey().paths().matches(read)) {
                return Optional.of(limiter.getValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Takes a permit of each kind of users' reads for a write, without a wait, unless writes have already taken as many
     * as they may. Returns the limiters whose permit the write must release.
     */
    List<ReadLimiter> takeForWrite() {
        return limiters.values().stream().filter(ReadLimiter::takeForWrite).toList();
    }
}
