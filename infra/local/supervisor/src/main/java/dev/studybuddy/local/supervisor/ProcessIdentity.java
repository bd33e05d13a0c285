package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An identity distinguishes a process from a later process with the same id.
 *
 * @param pid the process id
 * @param started the start time that the kernel reports
 * @param marker a text that the command line contains
 */
record ProcessIdentity(long pid, Instant started, String marker) {

    /** Two readings of the start time of one process differ by less than this if the clock is adjusted. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    static ProcessIdentity of(ProcessHandle process, String marker) {
        return new ProcessIdentity(process.pid(), process.info().startInstant().orElse(Instant.EPOCH), marker);
    }

    /** Returns the process, or empty if it ended or another process has its id. */
    Optional<ProcessHandle> alive() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame);
    }

    private boolean isSame(ProcessHandle process) {
        Instant actual = process.info().startInstant().orElse(Instant.EPOCH);
        return Duration.between(started, actual).abs().compareTo(TOLERANCE) <= 0
                && commandLine(pid).contains(marker);
    }

    /** Returns the words of a process's command line, separated by blanks, or an empty text if it cannot be read. */
    static String commandLine(long pid) {
        try {
            byte[] words = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            return new String(words, StandardCharsets.UTF_8).replace('\0', ' ').strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
