package dev.studybuddy.api.operations.lag;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model gauge has one value for each read model. A read model whose value is unknown has no row. */
public final class ModelGauge {

    private final MultiGauge gauge;

    public ModelGauge(MeterRegistry meters, String name, String description) {
        gauge = MultiGauge.builder(name).description(description).register(meters);
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
    }
}
