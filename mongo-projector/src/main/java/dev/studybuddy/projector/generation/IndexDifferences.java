package dev.studybuddy.projector.generation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Holds the differences between the indexes that generations need and those that MongoDB has. A difference makes reads
 * slower, and it does not stop a generation.
 */
@Component
final class IndexDifferences {

    private static final Logger log = LoggerFactory.getLogger(IndexDifferences.class);

    private final MultiGauge gauge;
    private final Map<GenerationKey, List<String>> differences = new TreeMap<>();

    IndexDifferences(MeterRegistry registry) {
        this.gauge = MultiGauge.builder("projector_index_differences")
                .description(
                        "This gauge counts the indexes that a generation needs and that MongoDB lacks or has with another definition.")
                .register(registry);
    }

    private record GenerationKey(String model, int generation) implements Comparable<GenerationKey> {

        @Override
        public int compareTo(GenerationKey other) {
            int byModel = model.compareTo(other.model());
            return byModel != 0 ? byModel : Integer.compare(generation, other.generation());
        }
    }

    /** Records the differences of a generation; the list is empty if it has none. It logs those that are new. */
    synchronized void record(String model, int generation, List<String> found) {
        List<String> before = differences.put(new GenerationKey(model, generation), List.copyOf(found));
        publish();
        for (String difference : found) {
            if (before != null && before.contains(difference)) {
                continue;
            }
            log.atError()
                    .addKeyValue("model", model)
                    .addKeyValue("generation", generation)
                    .addKeyValue("difference", difference)
                    .log("A generation lacks an index that it needs; the projector serves it without the index and"
                            + " retries the creation at intervals of at most 30 s. If another index conflicts with it,"
                            + " drop that one, or rebuild the read model. If MongoDB refuses the index, correct the"
                            + " cause. If MongoDB still builds the index, wait until it exists");
        }
    }

    /** Removes the differences of a generation that this instance no longer serves. */
    synchronized void clear(String model, int generation) {
        if (differences.remove(new GenerationKey(model, generation)) != null) {
            publish();
        }
    }

    /** Returns each difference with its generation. */
    synchronized List<String> describe() {
        return differences.entrySet().stream()
                .flatMap(one -> one.getValue().stream()
                        .map(difference ->
                                one.getKey().model() + "-g" + one.getKey().generation() + ": " + difference))
                .toList();
    }

    private void publish() {
        gauge.register(
                differences.entrySet().stream()
                        .map(one -> MultiGauge.Row.of(
                                Tags.of(
                                        "model",
                                        one.getKey().model(),
                                        "generation",
                                        String.valueOf(one.getKey().generation())),
                                one.getValue().size()))
                        .toList(),
                true);
    }
}
