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

/** A program's log, of bounded size: what grows too large becomes {@code <name>.1}, which replaces an older one. */
record LogFile(Path path) {

    static final long MOST_BYTES = 20L << 20;

    private static final int TAIL_BYTES = 32 << 10;

    /** A new log for a new run; the last run's is kept as {@code .1}. */
    void startAnew() {
        try {
            if (Files.exists(path) && Files.size(path) > 0) {
                Files.move(path, previous(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + path, e);
        }
    }

    /**
     * Copies and empties a log that is too large. Its program goes on writing into the same file, at its new end, since
     * it appends.
     */
    void bound(long mostBytes) {
        try {
            if (Files.exists(path) && Files.size(path) > mostBytes) {
                Files.copy(path, previous(), StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bound " + path, e);
        }
    }

    /** The last lines, as many as there are up to this many. */
    List<String> tail(int lines) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException unreadable) {
            return List.of("(no log: " + unreadable.getMessage() + ")");
        }
    }

    private Path previous() {
        return path.resolveSibling(path.getFileName() + ".1");
    }
}
