package dev.studybuddy.api.operations.verify;

import com.mongodb.MongoException;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Exports two numbers for each read model with an active generation: the differences that exist according to its
 * verifies, and the differences that its newest verify left unsettled. Every instance exports the results of all
 * verifies, including those that other instances ran. The result of a generation that is no longer active is left out,
 * because it does not concern the documents that reads use. Both numbers are NaN if the active generation was not
 * verified yet. They are absent if a database has not answered for a minute.
 */
@Component
final class DriftGauge extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(DriftGauge.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final VerifyHistory history;
    private final GenerationStore store;
    private final DriftMetrics metrics;

    DriftGauge(VerifyHistory history, MongoDatabases databases, DriftMetrics metrics) {
        super("drift-gauge", PERIOD);
        this.history = history;
        this.store = new GenerationStore(databases.requests());
        this.metrics = metrics;
    }

    @Override
    protected void runRound() {
        try {
            Map<String, ModelResult> newest = history.findNewest();
            Map<String, Double> differences = new TreeMap<>();
            Map<String, Double> unsettled = new TreeMap<>();
            for (GenerationRecord record : store.readAll()) {
                Integer active = record.active();
                if (active != null) {
                    List<ModelResult> results = findResults(record.model(), active, newest.get(record.model()));
                    differences.put(
                            record.model(),
                            OutstandingDrift.count(
                                    results.stream().map(ModelResult::fields).toList()));
                    unsettled.put(
                            record.model(),
                            results.isEmpty() ? Double.NaN : results.getFirst().countUnsettled());
                }
            }
            metrics.update(differences, unsettled);
        } catch (DataAccessException | MongoException unavailable) {
            LOG.debug("A database did not answer; the drift gauge keeps its value for up to a minute", unavailable);
            if (!metrics.areValid()) {
                metrics.update(Map.of(), Map.of());
            }
        }
    }

    private List<ModelResult> findResults(String model, int generation, @Nullable ModelResult newest) {
        if (newest == null) {
            return List.of();
        }
        return newest.isOfGeneration(generation) && newest.hasOutstanding()
                ? List.of(newest)
                : history.findNewest(model, generation);
    }
}
