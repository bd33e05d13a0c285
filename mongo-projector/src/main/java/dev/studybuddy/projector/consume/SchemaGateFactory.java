package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.readmodel.SchemaStore;
import org.springframework.stereotype.Component;

/** Creates the schema gates of consumers. */
@Component
final class SchemaGateFactory {

    private final SchemaStore store;
    private final SchemaUpcaster upcaster;
    private final SchemaWaits waits;
    private final MonotonicClock clock;

    SchemaGateFactory(SchemaStore store, SchemaUpcaster upcaster, SchemaWaits waits, MonotonicClock clock) {
        this.store = store;
        this.upcaster = upcaster;
        this.waits = waits;
        this.clock = clock;
    }

    /** Creates the gate of one consumer of a generation, such as {@code study-g1}. */
    SchemaGate create(String generation) {
        return new SchemaGate(generation, upcaster.present(), store::findHighest, waits, clock);
    }
}
