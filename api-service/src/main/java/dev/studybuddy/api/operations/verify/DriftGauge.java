package dev.studybuddy.api.operations.verify;

import com.mongodb.MongoException;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.operations.lag.LagMetrics;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Publishes the result of each read model's last completed verify, whichever instance ran it. The result of a
 * generation that is no longer active is left out, because it does not concern the documents that reads use. A read
 * model whose active generation was not verified yet has the value NaN.
 */
@Component
final class DriftGauge extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(DriftGauge.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final VerifyHistory history;
    private final GenerationStore store;
    private final LagMetrics metrics;

    DriftGauge(VerifyHistory history, MongoDatabases databases, LagMetrics metrics) {
        super("drift-gauge", PERIOD);
        this.history = history;
        this.store = new GenerationStore(databases.requests());
        this.metrics = metrics;
    }

    @Override
    protected void runRound() {
        try {
            Map<String, Integer> active = new HashMap<>();
            for (GenerationRecord record : store.readAll()) {
                if (record.active() != null) {
                    active.put(record.model(), record.active());
                }
            }
            Map<String, Double> differences = new TreeMap<>();
            active.keySet().forEach(model -> differences.put(model, Double.NaN));
            history.findNewest().forEach((model, newest) -> {
                Integer generation = active.get(model);
                if (generation != null && newest.isOfGeneration(generation)) {
                    differences.put(model, (double) newest.countDifferences());
                }
            });
            metrics.showDrift(differences);
        } catch (DataAccessException | MongoException unavailable) {
            LOG.debug("A database did not answer, so the drift gauge has no value until the next round", unavailable);
            metrics.showDrift(Map.of());
        }
    }
}
