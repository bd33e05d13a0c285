package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that can be told from a later one of the same id.
 *
 * @param started when the kernel says that it began
 * @param marker a word of its command line
 */
record ProcessIdentity(long pid, Instant started, String marker) {

    /** Two looks at the same process may differ by the clock's steps. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static ProcessIdentity of(ProcessHandle process, String marker) {
        return new ProcessIdentity(process.pid(), process.info().startInstant().orElse(Instant.EPOCH), marker);
    }

    /** The process, where it is still there and no other. */
    Optional<ProcessHandle> alive() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame);
    }

    private boolean isSame(ProcessHandle process) {
        Instant actual = process.info().startInstant().orElse(Instant.EPOCH);
        return Duration.between(started, actual).abs().compareTo(TOLERANCE) <= 0
                && commandLine(pid).contains(marker);
    }

    /** The words of a process's command line with blanks between them; empty where it can't be read. */
    static String commandLine(long pid) {
        try {
            byte[] words = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            return new String(words, StandardCharsets.UTF_8).replace('\0', ' ').strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
