package dev.studybuddy.api.operations.lag;

import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model gauge has one value for each read model. A read model whose value is unknown has no row. */
public final class ModelGauge {

    private static final Duration VALIDITY = Duration.ofMinutes(1);

    private final MultiGauge gauge;
    private final MonotonicClock clock;
    private long registeredAtNanos;

    /**
     * Registers a gauge without rows.
     *
     * @param name the name of the metric
     * @param description the sentences that describe the metric
     */
    public ModelGauge(MeterRegistry meters, String name, String description, MonotonicClock clock) {
        this.gauge = MultiGauge.builder(name).description(description).register(meters);
        this.clock = clock;
        this.registeredAtNanos = clock.nanos();
    }

    /**
     * Replaces the values of all read models.
     *
     * @param values the value of each read model, by its name; a read model without an entry has no row
     */
    public void register(Map<String, ? extends Number> values) {
        List<Row<?>> rows = new ArrayList<>();
        values.forEach((model, value) -> rows.add(Row.of(Tags.of("model", model), value)));
        gauge.register(rows, true);
        registeredAtNanos = clock.nanos();
    }

    /**
     * Returns whether the values were registered within the last minute. Such values may stay while a server does not
     * answer, so that one slow answer causes no gap.
     */
    public boolean isValid() {
        return clock.nanos() - registeredAtNanos <= VALIDITY.toNanos();
    }
}
