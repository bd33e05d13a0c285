package dev.studybuddy.projector.generation;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.projector.consume.GenerationConsumers;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.ReadModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * This class runs the generations that this instance serves: listed, usable ones whose version of the projection this
 * instance contains.
 */
@Component
final class GenerationRunners {

    private static final Logger log = LoggerFactory.getLogger(GenerationRunners.class);

    private final GenerationConsumers consumers;
    private final GenerationProvisioner provisioner;
    private final GenerationTransitions transitions;
    private final IndexMaintainer indexMaintainer;
    private final IndexDifferences indexDifferences;
    private final ProjectorMetrics metrics;
    private final ProjectorInstance instance;
    private final Map<ServedGeneration, GenerationRunner> runners = new HashMap<>();
    private final List<StoppingRunner> stopping = new ArrayList<>();
    private final Set<String> outdatedModels = new HashSet<>();

    GenerationRunners(
            GenerationConsumers consumers,
            GenerationProvisioner provisioner,
            GenerationTransitions transitions,
            IndexMaintainer indexMaintainer,
            IndexDifferences indexDifferences,
            ProjectorMetrics metrics,
            ProjectorInstance instance) {
        this.consumers = consumers;
        this.provisioner = provisioner;
        this.transitions = transitions;
        this.indexMaintainer = indexMaintainer;
        this.indexDifferences = indexDifferences;
        this.metrics = metrics;
        this.instance = instance;
    }

    private record ServedGeneration(String model, int generation) {}

    private record StoppingRunner(ServedGeneration served, GenerationRunner runner) {}

    /**
     * Starts and stops runners until they match the generation record of a read model. It waits for nothing, so that
     * the health of this instance can be read at any time: a runner that stops revokes its partitions on its own
     * thread. An activation changes only whether a runner is live, and a pause only whether it is paused.
     */
    synchronized void reconcile(ServedModel model, GenerationRecord record) {
        Map<ServedGeneration, Generation> wanted = new HashMap<>();
        for (Generation one : record.generations().values()) {
            if (record.lists(one.number()) && one.end() == null && model.ofVersion(one.projectionVersion()) != null) {
                wanted.put(new ServedGeneration(model.name(), one.number()), one);
            }
        }
        stopUnwanted(model.name(), wanted.keySet());
        wanted.forEach((served, generation) -> {
            boolean live = !Integer.valueOf(served.generation()).equals(record.building());
            GenerationRunner runner = runners.computeIfAbsent(
                    served,
                    one -> startRunner(
                            requireNonNull(model.ofVersion(generation.projectionVersion())),
                            generation,
                            live,
                            record.isPaused()));
            runner.setLive(live);
            runner.setPaused(record.isPaused());
        });
        if (requiresNewerProjection(model, record)) {
            outdatedModels.add(model.name());
        } else {
            outdatedModels.remove(model.name());
        }
    }

    /** Returns the runners of the generations that this instance serves. */
    synchronized List<GenerationRunner> runners() {
        return new ArrayList<>(runners.values());
    }

    /** Returns whether {@link #close()} has runners to wait for. */
    synchronized boolean hasUnstopped() {
        return !runners.isEmpty() || !stopping.isEmpty();
    }

    /**
     * Returns whether the usable generations of some read model need a newer projection than that of this instance.
     * Such an instance may have nothing to serve.
     */
    synchronized boolean isOutdated() {
        return !outdatedModels.isEmpty();
    }

    /** Stops all runners and waits until their threads have ended, at most 15 s for each. */
    void close() {
        List<GenerationRunner> ending = new ArrayList<>();
        synchronized (this) {
            ending.addAll(runners.values());
            stopping.forEach(one -> ending.add(one.runner()));
            runners.clear();
            stopping.clear();
        }
        ending.forEach(GenerationRunner::requestStop);
        ending.forEach(GenerationRunner::close);
    }

    private void stopUnwanted(String model, Set<ServedGeneration> wanted) {
        removeEnded();
        List<ServedGeneration> unwanted = runners.keySet().stream()
                .filter(one -> one.model().equals(model) && !wanted.contains(one))
                .toList();
        for (ServedGeneration one : unwanted) {
            GenerationRunner runner = runners.remove(one);
            if (runner != null) {
                log.atInfo()
                        .addKeyValue("model", one.model())
                        .addKeyValue("generation", one.generation())
                        .log("This instance stops serving a generation");
                runner.requestStop();
                stopping.add(new StoppingRunner(one, runner));
                endIndexMaintenance(one);
            }
        }
    }

    /**
     * Removes the runners that have ended, and the metrics of their generations. This method ends the maintenance of
     * their indexes again, because the provisioning of a runner may have requested indexes after its stop.
     */
    private void removeEnded() {
        List<StoppingRunner> ended =
                stopping.stream().filter(one -> one.runner().hasEnded()).toList();
        stopping.removeAll(ended);
        ended.stream()
                .map(StoppingRunner::served)
                .filter(one -> !runners.containsKey(one))
                .forEach(one -> {
                    endIndexMaintenance(one);
                    metrics.removeGeneration(one.model(), one.generation());
                });
    }

    private void endIndexMaintenance(ServedGeneration one) {
        indexMaintainer.cancel(one.model(), one.generation());
        indexDifferences.clear(one.model(), one.generation());
    }

    private static boolean requiresNewerProjection(ServedModel model, GenerationRecord record) {
        List<Generation> usable = record.generations().values().stream()
                .filter(one -> record.lists(one.number()) && one.end() == null)
                .toList();
        return !usable.isEmpty() && usable.stream().allMatch(one -> one.projectionVersion() > model.highestVersion());
    }

    private GenerationRunner startRunner(ReadModel model, Generation generation, boolean live, boolean paused) {
        log.atInfo()
                .addKeyValue("model", model.name())
                .addKeyValue("generation", generation.number())
                .log(
                        live
                                ? "This instance starts serving a live generation"
                                : "This instance starts building a generation");
        GenerationRunner runner = consumers.createRunner(
                model,
                generation,
                live,
                instance.name(),
                () -> provisioner.provision(model, generation),
                reason -> transitions.markBroken(model, generation.number(), reason));
        runner.setPaused(paused);
        runner.start();
        return runner;
    }
}
