package dev.studybuddy.projector.generation;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds the time at which each generation record was last read. Several threads may use an instance. */
final class GenerationRecordReadTimes {

    private static final Duration MAX_AGE = Duration.ofSeconds(15);

    private final MonotonicClock clock;
    private final Map<String, Long> readNanos = new ConcurrentHashMap<>();

    /** Creates an instance without reads. */
    GenerationRecordReadTimes(MonotonicClock clock) {
        this.clock = clock;
    }

    /** Records that the generation record of a read model was read. */
    void record(String model) {
        readNanos.put(model, clock.nanos());
    }

    /** Returns those of the given read models whose generation record was not read within the last 15 s. */
    List<String> findUnread(Collection<String> models) {
        long now = clock.nanos();
        return models.stream()
                .filter(model -> {
                    Long read = readNanos.get(model);
                    return read == null || now - read >= MAX_AGE.toNanos();
                })
                .toList();
    }
}
