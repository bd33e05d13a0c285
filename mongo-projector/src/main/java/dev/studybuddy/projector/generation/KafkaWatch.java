package dev.studybuddy.projector.generation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Asks every other second whether a broker answers. Consumers can't tell: without a broker their polls are as empty as
 * when there is nothing to do.
 */
@Component
final class KafkaWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(KafkaWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** Longer than two rounds without an answer: one that is late means nothing. */
    private static final Duration FRESH = Duration.ofSeconds(11);

    private final Admin admin;
    private final SaidOnce said = new SaidOnce();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("kafka-watch").unstarted(this::run);
    private volatile long answered = Long.MIN_VALUE;

    KafkaWatch(Admin admin, MeterRegistry registry) {
        this.admin = admin;
        Gauge.builder("projector_kafka_away", this, watch -> watch.away() ? 1 : 0)
                .description("1 while no broker answers and records wait on the topics")
                .register(registry);
    }

    /** Whether no broker answered lately, or none yet. */
    boolean away() {
        long last = answered;
        return last == Long.MIN_VALUE || System.nanoTime() - last >= FRESH.toNanos();
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        try {
            if (!thread.join(FRESH)) {
                log.warn("The watch of the broker did not end within {} s", FRESH.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    private void run() {
        try {
            do {
                ask();
            } while (!stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try {
            Topics.wait(admin.describeCluster(new DescribeClusterOptions().timeoutMs((int) ANSWER.toMillis()))
                    .nodes());
            answered = System.nanoTime();
            if (said.changed("kafka", null)) {
                log.info("Kafka is back: consumers go on by themselves");
            }
        } catch (KafkaAwayException unanswered) {
            if (away() && said.changed("kafka", "away")) {
                log.atWarn()
                        .log(
                                "Kafka is away: records wait on the topics; it is asked again every {} s: {}",
                                EVERY.toSeconds(),
                                unanswered.getMessage());
            }
        }
    }
}
