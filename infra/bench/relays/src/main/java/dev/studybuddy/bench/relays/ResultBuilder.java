package dev.studybuddy.bench.relays;

import org.HdrHistogram.Histogram;

/** Builds a result from a case's counts and rates. */
final class ResultBuilder {

    private static final double P50 = 50;
    private static final double P95 = 95;
    private static final double P99 = 99;
    private static final double ALL = 100;

    private final Relay relay;
    private final String scenario;
    private final CostMeter meter;
    private final Histogram lag;
    private long expected;
    private long distinct;
    private long repeats;
    private long outOfOrder;

    private ResultBuilder(Relay relay, String scenario, CostMeter meter, Histogram lag) {
        this.relay = relay;
        this.scenario = scenario;
        this.meter = meter;
        this.lag = lag;
    }

    static ResultBuilder of(Relay relay, String scenario, CostMeter meter, Histogram lag) {
        return new ResultBuilder(relay, scenario, meter, lag);
    }

    ResultBuilder counts(long expectedEvents, long distinctEvents, Delivery delivery) {
        expected = expectedEvents;
        distinct = distinctEvents;
        repeats = delivery.repeats();
        outOfOrder = delivery.outOfOrder();
        return this;
    }

    /** Counts events that were written and that no relay publishes. Each counts as arrived. */
    ResultBuilder written(long events) {
        expected = events;
        distinct = events;
        return this;
    }

    Result build(double offered, double reached, double seconds, boolean wakeUps) {
        return new Result(
                relay.id(),
                relay.title(),
                relay.version(),
                scenario,
                offered,
                reached,
                distinct / seconds,
                wakeUps,
                expected,
                distinct,
                expected - distinct,
                repeats,
                outOfOrder,
                seconds,
                Result.millis(lag, P50),
                Result.millis(lag, P95),
                Result.millis(lag, P99),
                Result.millis(lag, ALL),
                Result.microsPerEvent(meter.cpu().targetSeconds(), distinct),
                Result.microsPerEvent(meter.cpu().databaseSeconds(), distinct),
                Result.microsPerEvent(meter.cpu().kafkaSeconds(), distinct),
                distinct == 0 ? -1 : (double) meter.statements() / distinct,
                meter.cpu().otherCores(),
                meter.load());
    }
}
