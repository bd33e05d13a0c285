package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.consume.Generations;
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

/** The generations that this instance serves: those that are listed, well, and of the version that it carries. */
@Component
final class Running {

    private static final Logger log = LoggerFactory.getLogger(Running.class);

    private final Generations generations;
    private final Preparation preparation;
    private final Changes changes;
    private final String clientId = "projector-" + UUID.randomUUID();
    private final Map<Served, GenerationRunner> runners = new HashMap<>();

    Running(Generations generations, Preparation preparation, Changes changes) {
        this.generations = generations;
        this.preparation = preparation;
        this.changes = changes;
    }

    private record Served(String model, int generation, boolean live) {}

    synchronized void bringIntoLine(ReadModel model, GenerationRecord record) {
        Map<Served, Generation> wanted = new HashMap<>();
        for (Generation one : record.generations().values()) {
            if (record.lists(one.number()) && one.end() == null && one.projectionVersion() == model.version()) {
                boolean live = !Integer.valueOf(one.number()).equals(record.building());
                wanted.put(new Served(model.name(), one.number(), live), one);
            }
        }
        List<Served> unwanted = runners.keySet().stream()
                .filter(one -> one.model().equals(model.name()) && !wanted.containsKey(one))
                .toList();
        for (Served one : unwanted) {
            log.info("{} generation {} is no longer served here", one.model(), one.generation());
            GenerationRunner runner = runners.remove(one);
            if (runner != null) {
                runner.close();
            }
        }
        wanted.forEach((served, generation) -> runners.computeIfAbsent(served, one -> begin(model, generation, one)));
    }

    synchronized List<GenerationRunner> all() {
        return new ArrayList<>(runners.values());
    }

    synchronized void close() {
        runners.values().forEach(GenerationRunner::close);
        runners.clear();
    }

    private GenerationRunner begin(ReadModel model, Generation generation, Served served) {
        log.atInfo()
                .addKeyValue("model", served.model())
                .addKeyValue("generation", served.generation())
                .log(served.live() ? "A live generation is served here" : "A building generation is served here");
        GenerationRunner runner = new GenerationRunner(
                generations,
                model,
                generation,
                served.live(),
                clientId,
                () -> preparation.prepare(model, generation),
                why -> changes.markBroken(model, generation.number(), why));
        runner.start();
        return runner;
    }
}
