package dev.studybuddy.api.admission;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Distributes permits to reads in the order of their arrival. The share of one caller is half of the permits that
 * writes have not taken, and at least one. A read whose caller holds its share delays no read of another caller. The
 * {@link FreePermitPolicy} determines whether such a read waits until its own caller releases a permit, or gets a
 * permit that stays free because no caller below its share waits for one. A write takes a permit without a wait, so
 * that more permits may be in use than exist. The class is thread-safe, and its memory is bounded by the number of
 * requests that run or wait.
 */
final class CallerPermits {

    private final int count;
    private final int maxTakenByWrites;
    private final FreePermitPolicy policy;
    private final Map<UUID, Integer> heldByCaller = new HashMap<>();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private int held;
    private int takenByWrites;

    /**
     * Creates the permits.
     *
     * @param leftByWrites the number of permits that writes leave to the reads
     * @param policy the use of a permit that is free while each read that waits belongs to a caller who holds its share
     */
    CallerPermits(int count, int leftByWrites, FreePermitPolicy policy) {
        this.count = count;
        this.maxTakenByWrites = count - leftByWrites;
        this.policy = policy;
    }

    /** Lists the uses of a permit that is free while each read that waits belongs to a caller who holds its share. */
    enum FreePermitPolicy {
        /** The permit stays free, so that the next read of another caller does not wait. */
        KEPT,
        /** The read that has waited for the longest time gets the permit. */
        GRANTED
    }

    /** A waiter is a read that has no permit yet. Its identity distinguishes it from other reads of its caller. */
    private static final class Waiter {
        private final UUID caller;
        private final CountDownLatch granted = new CountDownLatch(1);

        Waiter(UUID caller) {
            this.caller = caller;
        }
    }

    /** Waits for a permit for a read of the caller, and returns whether it got one. */
    boolean tryAcquire(UUID caller, Duration maxWait) {
        Waiter waiter = new Waiter(caller);
        synchronized (this) {
            waiters.add(waiter);
            grantFreePermits();
        }
        try {
            if (waiter.granted.await(maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                return true;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            // The permit may have been granted after the wait ended.
            return !waiters.remove(waiter);
        }
    }

    /** Releases a permit of a read of the caller. */
    synchronized void release(UUID caller) {
        held--;
        heldByCaller.computeIfPresent(caller, (any, ofCaller) -> ofCaller == 1 ? null : ofCaller - 1);
        grantFreePermits();
    }

    /** Takes a permit for a write. Returns false if writes have taken as many as they may. */
    synchronized boolean takeForWrite() {
        if (takenByWrites == maxTakenByWrites) {
            return false;
        }
        takenByWrites++;
        return true;
    }

    /** Releases a permit that a write took. */
    synchronized void releaseFromWrite() {
        takenByWrites--;
        grantFreePermits();
    }

    synchronized int held() {
        return held;
    }

    synchronized int waiting() {
        return waiters.size();
    }

    private void grantFreePermits() {
        int available = count - takenByWrites;
        grant(available, Math.max(1, available / 2));
        if (policy == FreePermitPolicy.GRANTED) {
            grant(available, available);
        }
    }

    private void grant(int available, int share) {
        Iterator<Waiter> inOrder = waiters.iterator();
        while (held < available && inOrder.hasNext()) {
            Waiter next = inOrder.next();
            if (heldByCaller.getOrDefault(next.caller, 0) < share) {
                inOrder.remove();
                held++;
                heldByCaller.merge(next.caller, 1, Integer::sum);
                next.granted.countDown();
            }
        }
    }
}
