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

/** Publishes events at an even rate, in the manner of the benchmark's generator: same threads, same transactions. */
@Component
class Writer {

    private static final int THREADS = 4;
    private static final int MOST_COMMITS_PER_SECOND = 1000;
    private static final double NANOS = 1e9;
    private static final int PAD_LENGTH = 272;
    private static final String HEX = "0123456789abcdef";

    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;

    Writer(ApplicationEventPublisher events, TransactionTemplate transaction) {
        this.events = events;
        this.transaction = transaction;
    }

    /** Which events: number n is version n / aggregates + 1 of aggregate n % aggregates. */
    record Order(String prefix, int events, int aggregates, int perSecond) {}

    /** Says when the first was due (microseconds since 1970), how many seconds it took, and how many transactions. */
    String write(Order order) throws InterruptedException, ExecutionException {
        int inOne = Math.max(1, (order.perSecond + MOST_COMMITS_PER_SECOND - 1) / MOST_COMMITS_PER_SECOND);
        double gap = NANOS * inOne / order.perSecond;
        AtomicLong next = new AtomicLong();
        long startMicros = nowMicros();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < THREADS; n++) {
                running.add(threads.submit(() -> {
                    for (long turn = next.getAndIncrement();
                            turn * inOne < order.events;
                            turn = next.getAndIncrement()) {
                        awaitInstant(start + (long) (turn * gap));
                        commit(order, turn * inOne, inOne);
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        return startMicros + " " + (System.nanoTime() - start) / NANOS + " " + (order.events + inOne - 1) / inOne;
    }

    private void commit(Order order, long first, int inOne) {
        long at = nowMicros();
        transaction.executeWithoutResult(status -> {
            for (long n = first; n < Math.min(first + inOne, order.events); n++) {
                events.publishEvent(new BenchEvent(
                        n,
                        at,
                        order.prefix + "-" + n % order.aggregates,
                        n / order.aggregates + 1,
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

    private static void awaitInstant(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
