package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.consume.GenerationConsumers;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * This class runs the generations that this instance serves: listed, usable ones with the version of its projection.
 */
@Component
final class GenerationRunners {

    private static final Logger log = LoggerFactory.getLogger(GenerationRunners.class);

    private final GenerationConsumers consumers;
    private final GenerationProvisioner provisioner;
    private final GenerationTransitions transitions;
    private final String clientIdPrefix = "projector-" + UUID.randomUUID();
    private final Map<ServedGeneration, GenerationRunner> runners = new HashMap<>();

    GenerationRunners(
            GenerationConsumers consumers, GenerationProvisioner provisioner, GenerationTransitions transitions) {
        this.consumers = consumers;
        this.provisioner = provisioner;
        this.transitions = transitions;
    }

    private record ServedGeneration(String model, int generation, boolean live) {}

    /** Starts and closes runners until they match the generation record of a read model. */
    synchronized void reconcile(ReadModel model, GenerationRecord record) {
        Map<ServedGeneration, Generation> wanted = new HashMap<>();
        for (Generation one : record.generations().values()) {
            if (record.lists(one.number()) && one.end() == null && one.projectionVersion() == model.version()) {
                boolean live = !Integer.valueOf(one.number()).equals(record.building());
                wanted.put(new ServedGeneration(model.name(), one.number(), live), one);
            }
        }
        List<ServedGeneration> unwanted = runners.keySet().stream()
                .filter(one -> one.model().equals(model.name()) && !wanted.containsKey(one))
                .toList();
        for (ServedGeneration one : unwanted) {
            log.atInfo()
                    .addKeyValue("model", one.model())
                    .addKeyValue("generation", one.generation())
                    .log("This instance stops serving a generation");
            GenerationRunner runner = runners.remove(one);
            if (runner != null) {
                runner.close();
            }
        }
        wanted.forEach(
                (served, generation) -> runners.computeIfAbsent(served, one -> startRunner(model, generation, one)));
    }

    synchronized List<GenerationRunner> runners() {
        return new ArrayList<>(runners.values());
    }

    synchronized void close() {
        runners.values().forEach(GenerationRunner::close);
        runners.clear();
    }

    private GenerationRunner startRunner(ReadModel model, Generation generation, ServedGeneration served) {
        log.atInfo()
                .addKeyValue("model", served.model())
                .addKeyValue("generation", served.generation())
                .log(
                        served.live()
                                ? "This instance starts serving a live generation"
                                : "This instance starts building a generation");
        GenerationRunner runner = consumers.createRunner(
                model,
                generation,
                served.live(),
                clientIdPrefix,
                () -> provisioner.provision(model, generation),
                reason -> transitions.markBroken(model, generation.number(), reason));
        runner.start();
        return runner;
    }
}
