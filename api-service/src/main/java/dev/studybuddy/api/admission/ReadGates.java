package dev.studybuddy.api.admission;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Holds one gate for each kind of read. The lists leave connections to CockroachDB to the writes. */
@Component
public final class ReadGates {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Map<ReadKind, ReadGate> gates = new LinkedHashMap<>();

    /**
     * Creates the gates.
     *
     * @param connections the number of connections to CockroachDB that lists share with the writes
     * @throws IllegalArgumentException if the lists could take all connections
     */
    ReadGates(
            ReadProperties properties,
            @Value("${spring.datasource.hikari.maximum-pool-size}") int connections,
            MeterRegistry meters) {
        properties.requireConnectionsForWrites(connections);
        int reports = properties.concurrentOn(PROCESSORS);
        gates.put(ReadKind.REPORTS, gate(ReadKind.REPORTS, reports, Math.max(1, reports / 4), properties, meters));
        int lists = properties.concurrentLists();
        gates.put(ReadKind.LISTS, gate(ReadKind.LISTS, lists, Math.max(1, lists / 2), properties, meters));
        int operations = properties.concurrentOperations();
        gates.put(ReadKind.OPERATIONS, gate(ReadKind.OPERATIONS, operations, operations, properties, meters));
    }

    private static ReadGate gate(
            ReadKind kind, int places, int leftByWrites, ReadProperties properties, MeterRegistry meters) {
        return new ReadGate(kind.label(), places, leftByWrites, properties.maxWait(), meters);
    }

    /** Returns the gate of a read; empty if the read has no limit here. */
    Optional<ReadGate> find(HttpServletRequest read) {
        for (Map.Entry<ReadKind, ReadGate> gate : gates.entrySet()) {
            if (gate.getKey().paths().matches(read)) {
                return Optional.of(gate.getValue());
            }
        }
        return Optional.empty();
    }

    /** Takes a place of each kind for a write, without a wait. Returns the gates to which the write gives one back. */
    List<ReadGate> takeForWrite() {
        return gates.values().stream().filter(ReadGate::takeForWrite).toList();
    }
}
