package de.bwaldvogel.mongo.backend.h2;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.h2.mvstore.MVStore;

/**
 * Commits the store after each command, one commit for all that finished while the last one was written. No commit sees
 * half a command.
 */
final class GroupCommit {

    /**
     * Each commit writes whole pages anew, so the file would grow with every write if nothing tidied it up. Often and a
     * little at a time, since every command waits for it.
     */
    private static final int TIDY_EVERY_COMMITS = 10;

    private static final int WANTED_FILL_PERCENT = 50;
    private static final int TIDY_BYTES = 256 << 10;

    private final MVStore store;
    private final ReadWriteLock commandsOrCommit = new ReentrantReadWriteLock();
    private final AtomicLong finished = new AtomicLong();
    private final Object committing = new Object();
    private long committed;
    private int sinceTidied;

    GroupCommit(MVStore store) {
        this.store = store;
    }

    /** Runs a command; what it changed is in the file when this returns, and also when it throws. */
    <T> T committed(Supplier<T> command) {
        commandsOrCommit.readLock().lock();
        try {
            return command.get();
        } finally {
            long mine = finished.incrementAndGet();
            commandsOrCommit.readLock().unlock();
            commitUpTo(mine);
        }
    }

    private void commitUpTo(long mine) {
        synchronized (committing) {
            if (committed >= mine) {
                return;
            }
            commandsOrCommit.writeLock().lock();
            try {
                long upTo = finished.get();
                store.commit();
                committed = upTo;
                if (++sinceTidied >= TIDY_EVERY_COMMITS) {
                    sinceTidied = 0;
                    store.compact(WANTED_FILL_PERCENT, TIDY_BYTES);
                }
            } finally {
                commandsOrCommit.writeLock().unlock();
            }
        }
    }
}
