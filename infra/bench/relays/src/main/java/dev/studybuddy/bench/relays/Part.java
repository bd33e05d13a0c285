package dev.studybuddy.bench.relays;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A part is a group of measurements that the option {@code --parts} selects. */
enum Part {
    /** Backlogs of many aggregates are drained. */
    DRAIN,
    /** Backlogs of few aggregates with many versions each are drained. */
    HOT,
    /** Events are offered at even rates, and their lag is reported. */
    LAG,
    /** Events are offered at even rates, and the CPU time per event is reported. */
    CPU;

    /** Returns the name on the command line. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> ids() {
        return Arrays.stream(values()).map(Part::id).toList();
    }

    static Part of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
