package dev.studybuddy.deployment;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Computes the processor time that projecting costs, by the model of {@code infra/docs/capacity-model.md}. Its
 * constants come from two measurements: 1 000 events/s, and a backlog that is drained as fast as possible.
 */
final class ProjectorCosts {

    private static final String RESULTS = "infra/bench/results/2026-11-28-projector/results.json";
    private static final double LOW_RATE = 1_000;
    private static final double MICROS = 1e-6;

    /** A batch needs four commands (infra/bench/projector/README.md). */
    private static final double COMMANDS_OF_A_LONE_EVENT = 4;

    private final List<JsonNode> results;
    private final LinearCost projector;
    private final CommandCost mongo;

    /** This record holds the cores that projecting needs at a rate. */
    record Cores(double rate, double projector, double mongo) {}

    private ProjectorCosts(List<JsonNode> results) {
        this.results = results;
        Cores low = measured(LOW_RATE);
        double commands = atRate(LOW_RATE).path("round trips by event").asDouble();
        JsonNode run = run(one -> one.path("scenario").asString().equals("drain"));
        Cores drain = cores(run, run.path("events/s").asDouble());
        this.projector = LinearCost.through(low.rate(), low.projector(), drain.rate(), drain.projector());
        this.mongo = new CommandCost(
                low.rate(), low.mongo(), commands, COMMANDS_OF_A_LONE_EVENT, drain.rate(), drain.mongo());
    }

    static ProjectorCosts read() throws IOException {
        JsonNode file = JsonMapper.shared().readTree(Repository.read(RESULTS));
        return new ProjectorCosts(file.path("results").valueStream().toList());
    }

    /** Returns the measured cores at an offered rate. */
    Cores measured(double rate) {
        return cores(atRate(rate), rate);
    }

    private JsonNode atRate(double rate) {
        return run(one -> one.path("figures").path("offered/s").asDouble(0) == rate);
    }

    /** Returns the figures of the only run of the projector that meets a condition. */
    private JsonNode run(Predicate<JsonNode> condition) {
        return results.stream()
                .filter(one -> one.path("id").asString().equals("projector"))
                .filter(condition)
                .findFirst()
                .orElseThrow()
                .path("figures");
    }

    private static Cores cores(JsonNode figures, double rate) {
        return new Cores(
                rate,
                figures.path("CPU µs").asDouble() * MICROS * rate,
                figures.path("MongoDB CPU µs").asDouble() * MICROS * rate);
    }

    LinearCost projector() {
        return projector;
    }

    CommandCost mongo() {
        return mongo;
    }

    /** Returns the cores that the model predicts at a rate. */
    Cores predict(double rate) {
        return new Cores(rate, projector.at(rate), mongo.at(rate));
    }
}
