package dev.studybuddy.publisher;

import dev.studybuddy.background.Loop;
import dev.studybuddy.publisher.outbox.SchemaGate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Starts the publisher when the database is ready for it, and stops it with the program. */
final class PublisherLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PublisherLifecycle.class);
    private static final int REFUSED_EXIT_CODE = 3;

    private final Publisher publisher;
    private final SchemaGate gate;
    private final ConfigurableApplicationContext context;
    private final Loop gateLoop = new Loop("outbox-start", this::checkSchema);
    private String lastReason = "";
    private boolean running;
    private boolean started;

    PublisherLifecycle(Publisher publisher, SchemaGate gate, ConfigurableApplicationContext context) {
        this.publisher = publisher;
        this.gate = gate;
        this.context = context;
    }

    @Override
    public synchronized void start() {
        running = true;
        gateLoop.start();
    }

    private long checkSchema() {
        return switch (gate.check()) {
            case SchemaGate.Answer.Ready ready -> {
                startPublisher();
                yield Long.MAX_VALUE;
            }
            case SchemaGate.Answer.Waiting waiting -> {
                if (!waiting.reason().equals(lastReason)) {
                    lastReason = waiting.reason();
                    log.atInfo()
                            .addKeyValue("reason", lastReason)
                            .log("The outbox schema is not ready; the start waits and checks again every 500 ms");
                }
                yield TimeUnit.MILLISECONDS.toNanos(500);
            }
            case SchemaGate.Answer.Refused refused -> {
                log.atError().addKeyValue("reason", refused.reason()).log("The start was refused; the program exits");
                new Thread(() -> System.exit(SpringApplication.exit(context, () -> REFUSED_EXIT_CODE)), "outbox-exit")
                        .start();
                yield Long.MAX_VALUE;
            }
        };
    }

    private synchronized void startPublisher() {
        if (running) {
            started = true;
            publisher.start();
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        gateLoop.stop(Duration.ZERO);
        if (started) {
            publisher.stop();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
