package dev.studybuddy.local.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One program of the stack.
 *
 * @param name unique, such as {@code outbox-publisher-2}
 * @param port what it listens on and {@code infra/status} shows
 * @param ports all that it listens on, each with what it is for
 * @param command its command line, which holds {@code jar}
 * @param jar tells its process from another one of the same id
 * @param environment added to the supervisor's own
 * @param workingFolder the checkout, so that relative paths need no part of the path above it
 * @param forgotten prefixes of variables that it must not inherit
 */
record ProgramSpec(
        String name,
        Kind kind,
        int port,
        List<Integer> ports,
        List<String> command,
        Path jar,
        Map<String, String> environment,
        Path workingFolder,
        List<String> forgotten,
        Probe probe) {}
