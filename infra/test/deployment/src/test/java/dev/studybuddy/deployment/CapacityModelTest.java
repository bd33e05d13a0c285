package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Computes the figures of the capacity model from the archived results, and compares them with the page. */
class CapacityModelTest {

    private static final String PAGE = "infra/docs/capacity-model.md";
    private static final String STORAGE = "infra/bench/results/2026-11-28-storage/results.txt";
    private static final double EVENTS_OF_USERS_PER_DAY = 1_600_000;
    private static final double SECONDS_OF_SEVEN_DAYS = 604_800;
    private static final double LOW = 100;
    private static final double HIGH = 5_000;
    private static final double[] PLANNED_RATES = {100, 1_000, 10_000, 100_000};
    private static final double TOLERANCE = 0.3;

    private static PublisherCosts publishing;
    private static ProjectorCosts projecting;
    private static String page;

    @BeforeAll
    static void read() throws IOException {
        publishing = PublisherCosts.read();
        projecting = ProjectorCosts.read();
        page = Repository.read(PAGE);
    }

    /** A comparison holds a predicted and a measured value. */
    private record Comparison(double eventsPerSecond, String part, double predicted, double measured) {

        double difference() {
            return predicted / measured - 1;
        }

        String text() {
            String percent = String.format(Locale.ROOT, "%+.0f %%", 100 * difference());
            return row(rate(eventsPerSecond), part, cores(predicted), cores(measured), percent);
        }
    }

    @Test
    void thePageStatesTheConstantsOfTheResults() {
        assertThat(page)
                .contains(
                        row(
                                "cores of a publisher without events",
                                cores(publishing.publisher().fixed())),
                        row(
                                "processor time of the publisher for each event",
                                micros(publishing.publisher().micros())),
                        row(
                                "processor time of the broker for each event, without its request",
                                micros(publishing.kafka().microsOfAnEvent())),
                        row(
                                "processor time of the broker for each request",
                                micros(publishing.kafka().microsOfACommand())),
                        row(
                                "rate at which two events share one request",
                                rate(publishing.kafka().halfRate()) + " events/s"),
                        row(
                                "processor time of the broker for each event, if all requests are full",
                                micros(publishing.kafka().microsWhenFull())),
                        row(
                                "cores of the database at 1 000 events/s",
                                cores(publishing.sql().cores())),
                        row("exponent of the rate for the cores of the database", power(publishing.sql())),
                        row(
                                "processor time of the database for each event, if all batches are full",
                                micros(publishing.sql().microsWhenFull())),
                        row(
                                "rate from which all batches and requests of the publisher are full",
                                rate(publishing.sql().fullRate()) + " events/s"),
                        row(
                                "cores of a projector without events",
                                cores(projecting.projector().fixed())),
                        row(
                                "processor time of the projector for each event",
                                micros(projecting.projector().micros())),
                        row(
                                "processor time of MongoDB for each event, without its commands",
                                micros(projecting.mongo().microsOfAnEvent())),
                        row(
                                "processor time of MongoDB for each command",
                                micros(projecting.mongo().microsOfACommand())),
                        row(
                                "rate at which an event needs two commands to MongoDB instead of four",
                                rate(projecting.mongo().halfRate()) + " events/s"),
                        row(
                                "processor time of MongoDB for each event, if all batches are full",
                                micros(projecting.mongo().microsWhenFull())),
                        row(
                                "rate from which all batches of the projector are full",
                                rate(projecting.mongo().fullRate()) + " events/s"));
    }

    @Test
    void predictionsForTwoMeasuredRatesLieWithinThirtyPercent() {
        List<Comparison> comparisons =
                Stream.of(LOW, HIGH).flatMap(CapacityModelTest::comparisons).toList();

        assertThat(comparisons).hasSize(12);
        assertThat(comparisons).allSatisfy(one -> {
            assertThat(Math.abs(one.difference())).as(one.text()).isLessThanOrEqualTo(TOLERANCE);
            assertThat(page).contains(one.text());
        });
    }

    private static Stream<Comparison> comparisons(double rate) {
        PublisherCosts.Cores published = publishing.measured(rate);
        PublisherCosts.Cores publishedByModel = publishing.predict(rate);
        ProjectorCosts.Cores projected = projecting.measured(rate);
        ProjectorCosts.Cores projectedByModel = projecting.predict(rate);
        return Stream.of(
                new Comparison(rate, "publisher", publishedByModel.publisher(), published.publisher()),
                new Comparison(rate, "database", publishedByModel.sql(), published.sql()),
                new Comparison(rate, "broker", publishedByModel.kafka(), published.kafka()),
                new Comparison(rate, "publisher, database and broker", publishedByModel.total(), published.total()),
                new Comparison(rate, "projector", projectedByModel.projector(), projected.projector()),
                new Comparison(rate, "MongoDB", projectedByModel.mongo(), projected.mongo()));
    }

    @Test
    void thePageStatesThePredictionsOfTheModel() {
        for (double rate : PLANNED_RATES) {
            PublisherCosts.Cores published = publishing.predict(rate);
            ProjectorCosts.Cores projected = projecting.predict(rate);
            assertThat(page)
                    .contains(row(
                            rate(rate),
                            oneDecimal(published.publisher()),
                            oneDecimal(published.sql()),
                            oneDecimal(published.kafka()),
                            oneDecimal(projected.projector()),
                            oneDecimal(projected.mongo())));
        }
    }

    @Test
    void thePageStatesTheStorageOfTheOutboxForSevenDays() throws IOException {
        long bytes = Repository.read(STORAGE)
                .lines()
                .filter(line -> line.startsWith("processed row,"))
                .mapToLong(line -> Long.parseLong(line.split(",", -1)[1]))
                .sum();

        double gigabytesOfUsers = EVENTS_OF_USERS_PER_DAY * 7 * bytes / 1e9;
        double terabytesOfHighRate = 100_000 * SECONDS_OF_SEVEN_DAYS * bytes / 1e12;
        assertThat(page)
                .contains(
                        row("processed row of the outbox, with its indexes", Long.toString(bytes)),
                        row("outbox, seven days", oneDecimal(gigabytesOfUsers) + " GB for each replica"),
                        "| outbox, seven days | " + oneDecimal(terabytesOfHighRate) + " TB for each replica |");
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String cores(double value) {
        return String.format(Locale.ROOT, "%.3f cores", value);
    }

    private static String oneDecimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, "%.1f µs", value);
    }

    private static String power(PowerLawCost cost) {
        return String.format(Locale.ROOT, "%.2f", cost.exponent());
    }

    private static String rate(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value)).replace(',', ' ');
    }
}
