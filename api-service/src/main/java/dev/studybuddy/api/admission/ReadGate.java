package dev.studybuddy.api.admission;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds a fixed number of places for the reads of one kind. Each read needs one of them while it runs, and waits for it in
 * the order of arrival. A write never waits: it takes one place from the reads while it runs, as long as enough places
 * remain. Without this limit, each step of a write would wait for the steps of all reads that need a processor or a
 * connection.
 */
public final class ReadGate {

    private static final ThreadLocal<@Nullable Place> CURRENT = new ThreadLocal<>();

    private final Places places;
    private final int maxTakenByWrites;
    private final Duration maxWait;
    private final AtomicInteger takenByWrites = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter rejected;

    /**
     * Creates a gate.
     *
     * @param kind the value of the label {@code kind} of its metrics
     * @param leftByWrites the number of places that writes leave to the reads
     */
    ReadGate(String kind, int count, int leftByWrites, Duration maxWait, MeterRegistry meters) {
        this.places = new Places(count);
        this.maxTakenByWrites = count - leftByWrites;
        this.maxWait = maxWait;
        this.rejected = Counter.builder("api_reads_rejected")
                .description("Reads that were rejected because too many others of their kind ran")
                .tag("kind", kind)
                .register(meters);
        Gauge.builder("api_reads_running", running, AtomicInteger::doubleValue)
                .description("Reads of a kind that run")
                .tag("kind", kind)
                .register(meters);
        Gauge.builder("api_reads_waiting", waiting, AtomicInteger::doubleValue)
                .description("Reads of a kind that wait until fewer others run")
                .tag("kind", kind)
                .register(meters);
    }

    /** A semaphore of which a write takes a permit without a wait, so that the number of free permits may be negative. */
    private static final class Places extends Semaphore {

        @Serial
        private static final long serialVersionUID = 1;

        Places(int count) {
            super(count, true);
        }

        void take() {
            reducePermits(1);
        }
    }

    /** A place belongs to the request of one thread, which gives it back once. */
    final class Place {

        private boolean held = true;

        private Place() {}

        /** Gives the place back when the read has ended. */
        void leave() {
            CURRENT.remove();
            free();
        }

        private void free() {
            if (held) {
                held = false;
                running.decrementAndGet();
                places.release();
            }
        }

        private <T> T waitOutside(Supplier<T> wait) {
            free();
            T result = wait.get();
            if (!acquire()) {
                throw Problem.tooManyReads().exception();
            }
            held = true;
            return result;
        }
    }

    /** Waits for a place for this thread's read. Returns nothing if none becomes free in time. */
    Optional<Place> enter() {
        if (!acquire()) {
            return Optional.empty();
        }
        Place place = new Place();
        CURRENT.set(place);
        return Optional.of(place);
    }

    /**
     * Runs a wait of this thread's read for something other than a processor, without the read's place. Afterwards the
     * read waits for a place again. If the wait fails, the read ends without a place. A thread without a place only
     * waits.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if no place becomes free in time after the wait
     */
    public static <T> T waitOutside(Supplier<T> wait) {
        Place place = CURRENT.get();
        return place == null ? wait.get() : place.waitOutside(wait);
    }

    /** Takes a place for a write, without a wait. Returns whether it took one, which the write gives back at its end. */
    boolean takeForWrite() {
        if (takenByWrites.getAndUpdate(taken -> Math.min(maxTakenByWrites, taken + 1)) == maxTakenByWrites) {
            return false;
        }
        places.take();
        return true;
    }

    /** Gives back a place that a write took. */
    void returnFromWrite() {
        takenByWrites.decrementAndGet();
        places.release();
    }

    private boolean acquire() {
        waiting.incrementAndGet();
        try {
            if (places.tryAcquire(Deadline.limit(maxWait).toNanos(), TimeUnit.NANOSECONDS)) {
                running.incrementAndGet();
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.decrementAndGet();
        }
        rejected.increment();
        return false;
    }
}
