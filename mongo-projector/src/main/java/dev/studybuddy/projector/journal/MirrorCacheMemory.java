package dev.studybuddy.projector.journal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds the memory that the mirror caches of all partitions of a process share. All caches together never hold more
 * than {@code maxBytes}. The entry that was used least recently in any of them makes room for a new one, so that a
 * rebuild uses the memory of an idle live generation. The caches lock this instance while they change, because an
 * entry of one partition can remove an entry of another.
 */
final class MirrorCacheMemory {

    private final long maxBytes;

    /** This map holds the owner of each entry, in the order of the last use. */
    private final Map<MirrorCache.Entry, MirrorCache> owners = new LinkedHashMap<>(16, 0.75f, true);

    private long usedBytes;

    /**
     * Creates an instance that bounds all caches together to the given number of bytes. With 0 bytes, the caches stay
     * empty.
     */
    MirrorCacheMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds an entry of a cache, and evicts others until there is room for it. Returns false if it alone is too large. */
    synchronized boolean add(MirrorCache.Entry entry, MirrorCache owner) {
        if (entry.bytes() > maxBytes) {
            return false;
        }
        usedBytes += entry.bytes();
        owners.put(entry, owner);
        while (usedBytes > maxBytes) {
            evictEldest();
        }
        return true;
    }

    /** Records that an entry was used. */
    synchronized void touch(MirrorCache.Entry entry) {
        owners.get(entry);
    }

    /** Releases the bytes of an entry that its cache has removed. */
    synchronized void release(MirrorCache.Entry entry) {
        if (owners.remove(entry) != null) {
            usedBytes -= entry.bytes();
        }
    }

    /** Returns the bytes that all caches hold. */
    synchronized long usedBytes() {
        return usedBytes;
    }

    private void evictEldest() {
        Iterator<Map.Entry<MirrorCache.Entry, MirrorCache>> eldestFirst =
                owners.entrySet().iterator();
        Map.Entry<MirrorCache.Entry, MirrorCache> eldest = eldestFirst.next();
        eldestFirst.remove();
        usedBytes -= eldest.getKey().bytes();
        eldest.getValue().evict(eldest.getKey());
    }
}
