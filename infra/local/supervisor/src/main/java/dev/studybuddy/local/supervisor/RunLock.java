package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Allows one supervisor to run at a time. The kernel releases the lock when the process ends, however it ends. */
final class RunLock {

    /** This field keeps the lock reachable, because the JVM releases a lock that has no reference. */
    private static @Nullable FileLock held;

    private RunLock() {}

    /** Acquires the lock until this process ends. Returns whether the lock was free. */
    static synchronized boolean acquire(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            held = channel.tryLock();
            if (held == null) {
                channel.close();
            }
            return held != null;
        } catch (IOException e) {
            throw new UncheckedIOException("The lock file cannot be used: " + file, e);
        }
    }
}
