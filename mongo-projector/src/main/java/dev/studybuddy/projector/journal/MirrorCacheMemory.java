package dev.studybuddy.projector.journal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that the mirror caches of all partitions of a process share. All caches together never hold more
 * than {@code maxBytes}. A cache that holds twice an even share receives no further bytes, so that a busy partition
 * leaves room for the others. A cache keeps its bytes when more caches share the memory and the even share shrinks.
 * Several threads may use an instance.
 */
final class MirrorCacheMemory {

    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicInteger holders = new AtomicInteger();

    /**
     * Creates an instance that bounds all caches together to the given number of bytes. With 0 bytes, the caches stay
     * empty.
     */
    MirrorCacheMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Reserves bytes for a cache, and returns false if there are not enough.
     *
     * @param bytes the number of bytes, above 0
     * @param heldBytes the bytes that the cache has reserved before; 0 if it is empty
     */
    boolean tryReserve(long bytes, long heldBytes) {
        int sharing = Math.max(1, holders.get() + (heldBytes == 0 ? 1 : 0));
        if (heldBytes + bytes > 2 * maxBytes / sharing) {
            return false;
        }
        long before = usedBytes.getAndUpdate(used -> used + bytes <= maxBytes ? used + bytes : used);
        if (before + bytes > maxBytes) {
            return false;
        }
        if (heldBytes == 0) {
            holders.incrementAndGet();
        }
        return true;
    }

    /**
     * Releases bytes of a cache.
     *
     * @param heldBytes the bytes that the cache still holds afterwards
     */
    void release(long bytes, long heldBytes) {
        usedBytes.addAndGet(-bytes);
        if (heldBytes == 0) {
            holders.decrementAndGet();
        }
    }

    /** Returns the bytes that all caches hold. */
    long usedBytes() {
        return usedBytes.get();
    }
}
