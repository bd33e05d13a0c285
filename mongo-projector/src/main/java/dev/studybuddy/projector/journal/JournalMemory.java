package dev.studybuddy.projector.journal;

/** Bounds the memory that all journals of a process share, for cached mirrors and for the plans of recoveries. */
public final class JournalMemory {

    private static final int CACHE_PERCENT = 10;
    private static final int RECOVERY_PERCENT = 30;

    private final MirrorCacheMemory mirrors;
    private final RecoveryMemory recoveries;

    /**
     * Creates an instance whose memory is unused.
     *
     * @param cacheBytes the bytes of all cached mirrors; with 0 bytes, no mirror is cached
     * @param recoveryBytes the bytes of the plans that recoveries apply at the same time
     */
    JournalMemory(long cacheBytes, long recoveryBytes) {
        this.mirrors = new MirrorCacheMemory(cacheBytes);
        this.recoveries = new RecoveryMemory(recoveryBytes);
    }

    /** Creates an instance whose bounds are shares of the maximum heap of this process. */
    public static JournalMemory ofHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        return new JournalMemory(heap * CACHE_PERCENT / 100, heap * RECOVERY_PERCENT / 100);
    }

    MirrorCacheMemory mirrors() {
        return mirrors;
    }

    RecoveryMemory recoveries() {
        return recoveries;
    }
}
