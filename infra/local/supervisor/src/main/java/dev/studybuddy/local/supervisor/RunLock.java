package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Lets one supervisor run at a time. The kernel frees the lock with the process, however that ends. */
final class RunLock {

    /** Referenced for as long as the process lives: a lock that nobody references is freed. */
    private static @Nullable FileLock held;

    private RunLock() {}

    /** Takes the lock until this process ends; false where another process holds it. */
    static synchronized boolean take(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            held = channel.tryLock();
            if (held == null) {
                channel.close();
            }
            return held != null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + file, e);
        }
    }
}
