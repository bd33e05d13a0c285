package dev.studybuddy.projector.kafka;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.BackgroundWork;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Checks whether a broker responds, 2 s after the previous check has ended. Consumers cannot detect an outage, because
 * without a broker their polls return no records, just as they do without new records.
 */
@Component
public final class BrokerAvailability implements BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(BrokerAvailability.class);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(11);

    /**
     * Kafka is unavailable after this long without a response. This time is longer than two rounds, so that one late
     * response is ignored.
     */
    private static final Duration UNAVAILABLE_AFTER = Duration.ofSeconds(11);

    private final Admin admin;
    private final MonotonicClock clock;
    private final Loop loop = Loop.every("broker-availability", CHECK_INTERVAL, this::check);
    private volatile long lastResponseNanos = Long.MIN_VALUE;

    /** This flag is true from the log line of an outage to the log line of its end. Only the loop uses it. */
    private boolean outageLogged;

    BrokerAvailability(Admin admin, MeterRegistry registry, MonotonicClock clock) {
        this.admin = admin;
        this.clock = clock;
        Gauge.builder("projector_kafka_unavailable", this, availability -> availability.isUnavailable() ? 1 : 0)
                .description(
                        "This gauge is 1 while no broker responds and all records therefore wait, and otherwise 0.")
                .register(registry);
    }

    /** Returns whether no broker has responded within the last 11 s, or since the start. */
    public boolean isUnavailable() {
        long last = lastResponseNanos;
        return last == Long.MIN_VALUE || clock.nanos() - last >= UNAVAILABLE_AFTER.toNanos();
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }

    private void check() {
        try {
            TopicInspector.await(
                    admin.describeCluster(new DescribeClusterOptions().timeoutMs((int) CHECK_TIMEOUT.toMillis()))
                            .nodes());
            lastResponseNanos = clock.nanos();
            if (outageLogged) {
                outageLogged = false;
                log.info("Kafka is available again; the consumers continue");
            }
        } catch (KafkaUnavailableException failed) {
            if (isUnavailable() && !outageLogged) {
                outageLogged = true;
                log.atWarn()
                        .addKeyValue("error", failed.getMessage())
                        .addKeyValue("retryEvery", CHECK_INTERVAL)
                        .log("Kafka is unavailable; records wait on the topics until a broker responds");
            }
        }
    }
}
