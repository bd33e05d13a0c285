package dev.studybuddy.projector.generation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Holds the defect of the topics of each read model, as the last check found it. A defect does not stop a generation:
 * what the generation has read stays correct. No further generation can be built from the topics until an operator
 * corrects them.
 */
@Component
final class TopicDefects {

    private static final Logger log = LoggerFactory.getLogger(TopicDefects.class);

    private final MultiGauge gauge;
    private final LoggedStates loggedStates = new LoggedStates();
    private final Map<String, String> defects = new ConcurrentSkipListMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    TopicDefects(MeterRegistry registry) {
        this.gauge = MultiGauge.builder("projector_topic_defect")
                .description(
                        "This gauge is 1 if no further generation of a read model can be built from its topics, and otherwise 0.")
                .register(registry);
    }

    /**
     * Records the result of a check of a read model's topics.
     *
     * @param defect the reason why no generation can be built from the topics; null if one can
     */
    synchronized void record(String model, @Nullable String defect) {
        if (defect == null) {
            defects.remove(model);
        } else {
            defects.put(model, defect);
        }
        counts.put(model, defect == null ? 0 : 1);
        gauge.register(
                counts.entrySet().stream()
                        .map(one -> MultiGauge.Row.of(Tags.of("model", one.getKey()), one.getValue()))
                        .toList(),
                true);
        if (loggedStates.recordChange(model, defect)) {
            if (defect == null) {
                log.atInfo().addKeyValue("model", model).log("The topics of a read model no longer have a defect");
            } else {
                log.atError()
                        .addKeyValue("model", model)
                        .addKeyValue("defect", defect)
                        .log("The topics of a read model have a defect; no generation can be built from them until the"
                                + " defect is corrected, and the generations that exist are still served");
            }
        }
    }

    /** Returns the defect of each read model whose topics have one. */
    List<String> describe() {
        return defects.entrySet().stream()
                .map(one -> one.getKey() + ": " + one.getValue())
                .toList();
    }
}
