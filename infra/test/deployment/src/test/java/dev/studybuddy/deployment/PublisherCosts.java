package dev.studybuddy.deployment;

import dev.studybuddy.bench.harness.Rounds;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Computes the processor time that publishing costs, by the model of {@code infra/docs/capacity-model.md}. Its
 * constants come from two measurements: 1 000 events/s, and a backlog that is drained as fast as possible.
 */
final class PublisherCosts {

    private static final String RESULTS = "infra/bench/results/2026-11-28-publisher/results.json";
    private static final double LOW_RATE = 1_000;
    private static final double MICROS = 1e-6;

    /** A round of the publisher has two statements, a poll and a mark, and sends one request between them. */
    private static final double STATEMENTS_OF_A_REQUEST = 2;

    private final List<JsonNode> results;
    private final LinearCost publisher;
    private final PowerLawCost sql;
    private final CommandCost kafka;

    /** This record holds the cores that publishing needs at a rate, without those of the writers. */
    record Cores(double rate, double publisher, double sql, double kafka) {

        double total() {
            return publisher + sql + kafka;
        }
    }

    private PublisherCosts(List<JsonNode> results) {
        this.results = results;
        Cores low = measured(LOW_RATE);
        Cores drain = measuredDrain();
        double requests =
                run("ours", "lag", LOW_RATE, true).path("statementsPerEvent").asDouble() / STATEMENTS_OF_A_REQUEST;
        this.publisher = LinearCost.through(low.rate(), low.publisher(), drain.rate(), drain.publisher());
        this.sql = new PowerLawCost(low.rate(), low.sql(), drain.rate(), drain.sql());
        this.kafka = new CommandCost(low.rate(), low.kafka(), requests, 1, drain.rate(), drain.kafka());
    }

    static PublisherCosts read() throws IOException {
        JsonNode file = JsonMapper.shared().readTree(Repository.read(RESULTS));
        return new PublisherCosts(file.path("results").valueStream().toList());
    }

    /**
     * Returns the measured cores at an offered rate: those of the publisher's run less those of a run that only writes.
     */
    Cores measured(double rate) {
        JsonNode published = run("ours", "lag", rate, true);
        JsonNode written = run("writes", "writes", rate, false);
        return new Cores(
                rate,
                cores(published, "relayCpuMicros", rate),
                cores(published, "sqlCpuMicros", rate) - cores(written, "sqlCpuMicros", rate),
                cores(published, "kafkaCpuMicros", rate) - cores(written, "kafkaCpuMicros", rate));
    }

    private Cores measuredDrain() {
        List<JsonNode> rounds = results.stream()
                .filter(one -> one.path("relay").asString().equals("ours"))
                .filter(one -> one.path("scenario").asString().equals("drain"))
                .toList();
        JsonNode median = Rounds.of(rounds, PublisherCosts::published).median();
        double rate = published(median);
        return new Cores(
                rate,
                cores(median, "relayCpuMicros", rate),
                cores(median, "sqlCpuMicros", rate),
                cores(median, "kafkaCpuMicros", rate));
    }

    private JsonNode run(String relay, String scenario, double rate, boolean wakeUps) {
        return results.stream()
                .filter(one -> one.path("relay").asString().equals(relay))
                .filter(one -> one.path("scenario").asString().equals(scenario))
                .filter(one -> one.path("offeredPerSecond").asDouble() == rate)
                .filter(one -> one.path("wakeUps").asBoolean() == wakeUps)
                .findFirst()
                .orElseThrow();
    }

    private static double published(JsonNode round) {
        return round.path("publishedPerSecond").asDouble();
    }

    private static double cores(JsonNode result, String field, double rate) {
        return result.path(field).asDouble() * MICROS * rate;
    }

    LinearCost publisher() {
        return publisher;
    }

    PowerLawCost sql() {
        return sql;
    }

    CommandCost kafka() {
        return kafka;
    }

    /** Returns the cores that the model predicts at a rate. */
    Cores predict(double rate) {
        return new Cores(rate, publisher.at(rate), sql.at(rate), kafka.at(rate));
    }
}
