package dev.studybuddy.projector.journal;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the mirrors that the applied batches of one partition wrote, so that a later batch does not read them again. An
 * entry is valid while the journal has a position: if another instance decides a batch of the partition in that time,
 * the next decision of this instance does not match the stored journal, and the plan that used the entry is not
 * applied. One thread at a time uses an instance, but the caches of other partitions can evict its entries at any time.
 */
class MirrorCache {

    /** A larger entry would displace many others, and few aggregates have one. */
    private static final long MAX_ENTRY_BYTES = 16_000;

    private final MirrorCacheMemory memory;
    private final Map<String, Entry> entries = new HashMap<>();

    /** An entry holds a cached mirror. Two entries are equal only if they are the same object. */
    static final class Entry {

        private final String id;
        private final MirrorState state;
        private final long bytes;

        private Entry(String id, MirrorState state, long bytes) {
            this.id = id;
            this.state = state;
            this.bytes = bytes;
        }

        /** Returns an upper bound of the memory that the entry needs. */
        long bytes() {
            return bytes;
        }
    }

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
        synchronized (memory) {
            Entry entry = entries.get(id);
            if (entry == null || entry.state.version() + 1 != version) {
                return null;
            }
            memory.touch(entry);
            return entry.state;
        }
    }

    /**
     * Replaces the entry of an aggregate. A very large entry is only removed.
     *
     * @param bytes an upper bound of the memory that the entry needs
     */
    void put(String id, MirrorState state, long bytes) {
        synchronized (memory) {
            remove(id);
            Entry entry = new Entry(id, state, bytes);
            if (bytes <= MAX_ENTRY_BYTES && memory.add(entry, this)) {
                entries.put(id, entry);
            }
        }
    }

    /** Removes the entry of an aggregate if there is one. */
    void remove(String id) {
        synchronized (memory) {
            Entry removed = entries.remove(id);
            if (removed != null) {
                memory.release(removed);
            }
        }
    }

    /** Removes all entries. */
    void clear() {
        synchronized (memory) {
            entries.values().forEach(memory::release);
            entries.clear();
        }
    }

    /** Removes an entry that makes room for another one. Only the memory, which the caller has locked, calls this. */
    void evict(Entry entry) {
        entries.remove(entry.id, entry);
    }
}
