package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A log file holds a program's output. The file {@code <name>.1} holds the earlier output: the log of the last run, or
 * the content of a log that became too large.
 */
record LogFile(Path path) {

    static final long MAX_BYTES = 20L << 20;

    private static final int TAIL_BYTES = 32 << 10;

    /** Starts an empty log for a new run, and keeps the log of the last run as {@code .1}. */
    void rotate() {
        try {
            if (Files.exists(path) && Files.size(path) > 0) {
                Files.move(path, previous(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The log cannot be moved: " + path, e);
        }
    }

    /**
     * Copies and empties a log that is too large. The program appends, so it continues at the new end of the same file.
     */
    void truncateAbove(long maxBytes) {
        try {
            if (Files.exists(path) && Files.size(path) > maxBytes) {
                Files.copy(path, previous(), StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The log cannot be truncated: " + path, e);
        }
    }

    /** Returns the last lines of the log, at most this many. */
    List<String> tail(int lines) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException unreadable) {
            return List.of("(the log cannot be read: " + unreadable.getMessage() + ")");
        }
    }

    private Path previous() {
        return path.resolveSibling(path.getFileName() + ".1");
    }
}
