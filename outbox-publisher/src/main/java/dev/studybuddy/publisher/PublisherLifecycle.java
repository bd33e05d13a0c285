package dev.studybuddy.publisher;

import dev.studybuddy.background.Loop;
import dev.studybuddy.publisher.outbox.OutboxSchemaCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts the publisher when the database is ready for it, and stops it with the program. */
final class PublisherLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PublisherLifecycle.class);
    private static final int ERROR_EXIT_CODE = 4;
    /**
     * The program exits with this code if a restart cannot help. The code differs from 3, with which the JVM exits when
     * its memory is exhausted.
     */
    private static final int REJECTED_EXIT_CODE = 5;

    private final Publisher publisher;
    private final OutboxSchemaCheck schemaCheck;
    private final StatementTimeoutCheck timeoutCheck;
    private final ProgramExit exit;
    private final Loop startLoop = new Loop("outbox-start", this::checkSchema, this::endProgram);
    private String lastReason = "";
    private boolean running;
    private boolean started;

    PublisherLifecycle(
            Publisher publisher, OutboxSchemaCheck schemaCheck, StatementTimeoutCheck timeoutCheck, ProgramExit exit) {
        this.publisher = publisher;
        this.schemaCheck = schemaCheck;
        this.timeoutCheck = timeoutCheck;
        this.exit = exit;
        publisher.setErrorHandler(this::endProgram);
    }

    private void endProgram(String loop, Error error) {
        try {
            log.atError()
                    .addKeyValue("loop", loop)
                    .log("The program exits because a thread ended with an error; other instances take the shards");
        } finally {
            // The program exits even if there is no memory for the log line.
            exit.begin(ERROR_EXIT_CODE);
        }
    }

    /** Returns the names of the threads that ended although the program was not stopped. */
    List<String> endedThreads() {
        List<String> dead = new ArrayList<>(publisher.endedThreads());
        if (startLoop.hasEndedUnexpectedly()) {
            dead.add(startLoop.name());
        }
        return dead;
    }

    @Override
    public synchronized void start() {
        running = true;
        startLoop.start();
    }

    private long checkSchema() {
        return switch (schemaCheck.check()) {
            case OutboxSchemaCheck.Result.Ready ready -> {
                String mismatch = timeoutCheck.findMismatch();
                if (mismatch == null) {
                    startPublisher();
                } else {
                    rejectStart(mismatch);
                }
                yield Long.MAX_VALUE;
            }
            case OutboxSchemaCheck.Result.Waiting waiting -> {
                if (!waiting.reason().equals(lastReason)) {
                    lastReason = waiting.reason();
                    log.atInfo()
                            .addKeyValue("reason", lastReason)
                            .log("The outbox schema is not ready; the start waits and checks again every 500 ms");
                }
                yield TimeUnit.MILLISECONDS.toNanos(500);
            }
            case OutboxSchemaCheck.Result.Rejected rejected -> {
                rejectStart(rejected.reason());
                yield Long.MAX_VALUE;
            }
        };
    }

    private void rejectStart(String reason) {
        log.atError()
                .addKeyValue("reason", reason)
                .log("The publisher cannot start on this database; the program exits");
        exit.begin(REJECTED_EXIT_CODE);
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
        startLoop.stop(Duration.ZERO);
        if (started) {
            publisher.stop();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
