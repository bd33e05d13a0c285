package dev.studybuddy.api.admission;

import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many reads of one kind run at a time. A read needs a permit while it runs, and reads get permits in the
 * order of their arrival. However, the waiting reads of a caller who holds half of the permits that writes have not
 * taken delay no other caller. If one caller may use all permits, its running reads delay another caller until one of
 * them ends. A write never waits: it takes one permit from the reads while it runs, unless writes have already taken as
 * many as they may. Without this limit, each step of a write would wait for the steps of all reads that need a
 * processor or a connection.
 */
public final class ReadLimiter {

    private static final ThreadLocal<@Nullable Permit> CURRENT = new ThreadLocal<>();

    private final CallerPermits permits;
    private final Duration maxWait;
    private final Counter rejected;

    /**
     * Creates a limiter.
     *
     * @param kind the value of the label {@code kind} of its metrics
     * @param permits the permits of the reads of this kind
     * @param maxWait the longest wait of a read for a permit
     */
    ReadLimiter(String kind, CallerPermits permits, Duration maxWait, MeterRegistry meters) {
        this.permits = permits;
        this.maxWait = maxWait;
        this.rejected = Counter.builder("api_reads_rejected")
                .description(
                        "This counter counts the reads that were rejected because too many reads of their kind ran.")
                .tag("kind", kind)
                .register(meters);
        Gauge.builder("api_reads_running", permits, CallerPermits::held)
                .description("This gauge counts the reads of a kind that run.")
                .tag("kind", kind)
                .register(meters);
        Gauge.builder("api_reads_waiting", permits, CallerPermits::waiting)
                .description("This gauge counts the reads of a kind that wait for a permit.")
                .tag("kind", kind)
                .register(meters);
    }

    /** A permit belongs to the request of one thread, which releases it once. */
    final class Permit {

        private final UUID caller;
        private boolean held = true;

        private Permit(UUID caller) {
            this.caller = caller;
        }

        /** Releases the permit when the read has ended. */
        void release() {
            CURRENT.remove();
            releaseIfHeld();
        }

        private void releaseIfHeld() {
            if (held) {
                held = false;
                permits.release(caller);
            }
        }

        private <T> T runReleased(Supplier<T> wait) {
            releaseIfHeld();
            T result = wait.get();
            if (!tryAcquire(caller)) {
                throw Problem.tooManyReads().toException();
            }
            held = true;
            return result;
        }
    }

    /**
     * Waits for a permit for this thread's read. Returns nothing if none becomes free in time.
     *
     * @param caller the id that all reads of one caller have in common
     */
    Optional<Permit> acquire(UUID caller) {
        if (!tryAcquire(caller)) {
            return Optional.empty();
        }
        Permit permit = new Permit(caller);
        CURRENT.set(permit);
        return Optional.of(permit);
    }

    /**
     * Releases the permit of this thread's read, runs a wait that needs no processor, and then acquires a permit again.
     * If the wait fails, the read ends without a permit. If the thread has no permit, the method only runs the wait.
     *
     * @param wait the wait, whose result the method returns
     * @throws dev.studybuddy.api.http.ProblemException 503 if no permit becomes free in time after the wait
     */
    public static <T> T waitWithoutPermit(Supplier<T> wait) {
        Permit permit = CURRENT.get();
        return permit == null ? wait.get() : permit.runReleased(wait);
    }

    /** Takes a permit for a write, without a wait. Returns whether it took one, which the write releases at its end. */
    boolean takeForWrite() {
        return permits.takeForWrite();
    }

    /** Releases a permit that a write took. */
    void releaseFromWrite() {
        permits.releaseFromWrite();
    }

    private boolean tryAcquire(UUID caller) {
        if (permits.tryAcquire(caller, Deadline.limit(maxWait))) {
            return true;
        }
        rejected.increment();
        return false;
    }
}
