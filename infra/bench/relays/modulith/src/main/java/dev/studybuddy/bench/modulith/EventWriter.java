package dev.studybuddy.bench.modulith;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Publishes events at an even rate, with as many threads and as large transactions as the benchmark's generator. */
@Component
class EventWriter {

    private static final int THREADS = 4;
    private static final int MAX_COMMITS_PER_SECOND = 1000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int PAD_LENGTH = 272;
    private static final String HEX = "0123456789abcdef";

    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;

    EventWriter(ApplicationEventPublisher events, TransactionTemplate transaction) {
        this.events = events;
        this.transaction = transaction;
    }

    /** This record describes the events to write. Event n is version n / aggregates + 1 of aggregate n % aggregates. */
    record Request(String prefix, int events, int aggregates, int perSecond) {}

    /**
     * Writes the events. Returns three numbers, separated by blanks: the time at which the first event was due, in
     * microseconds since 1970, the duration in seconds, and the number of commits.
     */
    String write(Request request) throws InterruptedException, ExecutionException {
        int eventsPerCommit = Math.max(1, (request.perSecond + MAX_COMMITS_PER_SECOND - 1) / MAX_COMMITS_PER_SECOND);
        double gapNanos = NANOS_PER_SECOND * eventsPerCommit / request.perSecond;
        AtomicLong next = new AtomicLong();
        long startMicros = nowMicros();
        long startNanos = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < THREADS; n++) {
                running.add(threads.submit(() -> {
                    for (long index = next.getAndIncrement();
                            index * eventsPerCommit < request.events;
                            index = next.getAndIncrement()) {
                        awaitNanos(startNanos + (long) (index * gapNanos));
                        commit(request, index * eventsPerCommit, eventsPerCommit);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        return startMicros + " " + (System.nanoTime() - startNanos) / NANOS_PER_SECOND + " "
                + (request.events + eventsPerCommit - 1) / eventsPerCommit;
    }

    private void commit(Request request, long first, int eventsPerCommit) {
        long at = nowMicros();
        transaction.executeWithoutResult(status -> {
            for (long n = first; n < Math.min(first + eventsPerCommit, request.events); n++) {
                events.publishEvent(new BenchmarkEvent(
                        n,
                        at,
                        request.prefix + "-" + n % request.aggregates,
                        n / request.aggregates + 1,
                        "benchmark",
                        "mathematics",
                        pad(n)));
            }
        });
    }

    private static String pad(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder pad = new StringBuilder(PAD_LENGTH);
        while (pad.length() < PAD_LENGTH) {
            pad.append(HEX.charAt(random.nextInt(HEX.length())));
        }
        return pad.toString();
    }

    private static void awaitNanos(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
