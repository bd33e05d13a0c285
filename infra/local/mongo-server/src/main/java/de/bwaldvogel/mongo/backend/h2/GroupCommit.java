package de.bwaldvogel.mongo.backend.h2;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the store after each command. A commit waits until the running commands finish, and covers all commands that
 * finished since the previous commit. Therefore several commands share a commit, and no commit contains half a command.
 */
final class GroupCommit {

    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    /**
     * Each commit writes whole pages again, so the file would grow with every write without compaction. The store
     * compacts often and little at a time, because every command waits for it.
     */
    private static final int COMPACT_EVERY_COMMITS = 10;

    private static final int MIN_FILL_PERCENT = 50;
    private static final int COMPACT_BYTES = 256 << 10;

    private final MVStore store;
    private final Runnable onFailure;
    private final ReadWriteLock commandsOrCommit = new ReentrantReadWriteLock();
    private final AtomicLong finishedCommands = new AtomicLong();
    private final Object commitLock = new Object();
    private long lastCommitted;
    private int commitsSinceCompaction;

    /**
     * Creates a group commit for a store.
     *
     * @param onFailure ends the program. It runs after a commit failed, for example because the disk is full. The store
     *     closes itself in that case, and only a restart of the program opens it again
     */
    GroupCommit(MVStore store, Runnable onFailure) {
        this.store = store;
        this.onFailure = onFailure;
    }

    /** Runs a command and commits its changes to the file before it returns or throws. */
    <T> T runAndCommit(Supplier<T> command) {
        commandsOrCommit.readLock().lock();
        try {
            return command.get();
        } finally {
            long number = finishedCommands.incrementAndGet();
            commandsOrCommit.readLock().unlock();
            commitUpTo(number);
        }
    }

    private void commitUpTo(long number) {
        synchronized (commitLock) {
            if (lastCommitted >= number) {
                return;
            }
            commandsOrCommit.writeLock().lock();
            try {
                long upTo = finishedCommands.get();
                store.commit();
                lastCommitted = upTo;
                if (++commitsSinceCompaction >= COMPACT_EVERY_COMMITS) {
                    commitsSinceCompaction = 0;
                    store.compact(MIN_FILL_PERCENT, COMPACT_BYTES);
                }
            } catch (MVStoreException e) {
                log.atError().setCause(e).log("A commit to the file failed and closed the store; this program ends");
                onFailure.run();
                throw e;
            } finally {
                commandsOrCommit.writeLock().unlock();
            }
        }
    }
}
