package dev.studybuddy.projector.journal;

import java.util.concurrent.Semaphore;

/**
 * Bounds the memory of the plans that the recoveries of a process read and apply at the same time. A plan may have 12
 * MB, and its size is unknown before its journal is read. Therefore a recovery first reserves the memory of the largest
 * plan, and then releases the memory that its plan does not need. Several threads may use an instance.
 */
final class RecoveryMemory {

    /**
     * A plan is in memory five times: in the answer of MongoDB, in its stored form, decompressed, as documents, and in
     * the message that writes them. Documents and buffers need more memory than the bytes that they hold, so the bound
     * counts one copy more.
     */
    private static final int COPIES = 6;

    private static final int UNIT_BYTES = 1_000;
    private static final int LARGEST_UNITS = toUnits(BatchPlanner.MAX_BYTES);

    private final Semaphore units;

    /**
     * Creates an instance whose memory is unused.
     *
     * @param bytes the bytes of all plans together, with all copies; one plan of the largest size always fits
     */
    RecoveryMemory(long bytes) {
        this.units = new Semaphore(Math.clamp(bytes / UNIT_BYTES, LARGEST_UNITS, Integer.MAX_VALUE), true);
    }

    /** Waits until there is memory for a plan of the largest size, and reserves it. */
    Reservation reserve() {
        units.acquireUninterruptibly(LARGEST_UNITS);
        return new Reservation();
    }

    private static int toUnits(long planBytes) {
        return (int) (planBytes * COPIES / UNIT_BYTES);
    }

    /** A reservation holds the memory of one plan until its recovery ends. One thread uses an instance. */
    final class Reservation implements AutoCloseable {

        private int reserved = LARGEST_UNITS;

        private Reservation() {}

        /** Releases the memory that a plan of the given size does not need. */
        void shrinkTo(long planBytes) {
            int needed = Math.min(reserved, toUnits(planBytes));
            units.release(reserved - needed);
            reserved = needed;
        }

        @Override
        public void close() {
            units.release(reserved);
            reserved = 0;
        }
    }
}
