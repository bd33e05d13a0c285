package dev.studybuddy.local.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A specification describes one program of the stack.
 *
 * @param name the unique name, such as {@code outbox-publisher-2}
 * @param kind the group in which the program starts and ends
 * @param port the main port, which {@code infra/status} shows
 * @param ports all ports on which the program listens
 * @param command the command line, which contains {@code jar}
 * @param jar the jar, whose name in the command line identifies the process if its id is reused
 * @param environment the variables that are added to the supervisor's own
 * @param workingFolder the working directory of the process, which is the checkout. A path relative to it contains no
 *     comma of the path of the checkout, and Kafka cannot use a path with a comma
 * @param removedVariables the prefixes of variables that the program must not inherit
 * @param healthCheck the check of the program's health
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
        List<String> removedVariables,
        HealthCheck healthCheck) {}
