package dev.studybuddy.projector.journal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the mirrors that the applied batches of one partition wrote, so that a later batch does not read them again. An
 * entry is valid while the journal has a position: if another instance decides a batch of the partition in that time,
 * the next decision of this instance does not match the stored journal, and the plan that used the entry is not
 * applied. The entries that were used least recently make room for new ones. One thread at a time uses an instance.
 */
class MirrorCache {

    /** A larger entry would displace many others, and few aggregates have one. */
    private static final long MAX_ENTRY_BYTES = 16_000;

    private final MirrorCacheMemory memory;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long heldBytes;

    private record Entry(MirrorState state, long bytes) {}

    /** Creates an empty cache that shares the given memory with other caches. */
    MirrorCache(MirrorCacheMemory memory) {
        this.memory = memory;
    }

    /**
     * Returns the cached state of an aggregate if its version is the one before the given version, and null otherwise.
     * A record of any other version, such as a snapshot that repairs a mirror, is planned with the mirror that MongoDB
     * holds.
     */
    @Nullable
    MirrorState findPredecessor(String id, long version) {
        Entry entry = entries.get(id);
        return entry != null && entry.state().version() + 1 == version ? entry.state() : null;
    }

    /**
     * Replaces the entry of an aggregate, unless there is no room for it.
     *
     * @param bytes an upper bound of the memory that the entry needs
     */
    void put(String id, MirrorState state, long bytes) {
        remove(id);
        if (bytes > MAX_ENTRY_BYTES) {
            return;
        }
        while (!memory.tryReserve(bytes, heldBytes)) {
            if (entries.isEmpty()) {
                return;
            }
            removeEldest();
        }
        heldBytes += bytes;
        entries.put(id, new Entry(state, bytes));
    }

    /** Removes the entry of an aggregate if there is one. */
    void remove(String id) {
        Entry removed = entries.remove(id);
        if (removed != null) {
            release(removed);
        }
    }

    /** Removes all entries. */
    void clear() {
        if (!entries.isEmpty()) {
            entries.clear();
            memory.release(heldBytes, 0);
            heldBytes = 0;
        }
    }

    private void removeEldest() {
        Iterator<Map.Entry<String, Entry>> eldestFirst = entries.entrySet().iterator();
        Entry eldest = eldestFirst.next().getValue();
        eldestFirst.remove();
        release(eldest);
    }

    private void release(Entry removed) {
        heldBytes -= removed.bytes();
        memory.release(removed.bytes(), heldBytes);
    }
}
