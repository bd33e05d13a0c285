package dev.studybuddy.local.supervisor;

import java.util.ArrayList;
import java.util.List;

/**
 * These are the options of {@code infra/up}.
 *
 * @param detach whether the command returns when the stack is ready, and the stack runs in the background
 * @param fresh whether the data are deleted first
 * @param servicesOnly whether the services use the servers that the environment names, and no local servers start
 * @param allowRemoteServers whether the environment may name servers of other machines
 * @param publishers the number of publisher instances, at least 1
 * @param projectors the number of projector instances, at least 1
 */
record UpOptions(
        boolean detach,
        boolean fresh,
        boolean servicesOnly,
        boolean allowRemoteServers,
        int publishers,
        int projectors) {

    static final String USAGE = """
            infra/up [--detach] [--fresh] [--publishers N] [--projectors N] [--services-only [--allow-remote-servers]]
              --detach         return when the stack is ready; infra/down ends it
              --fresh          delete the data in .local/data first
              --publishers N   start N instances of outbox-publisher (default 1, at most 20)
              --projectors N   start N instances of mongo-projector (default 1, at most 20)
              --services-only  start no servers; SPRING_DATASOURCE_URL, SPRING_KAFKA_BOOTSTRAP_SERVERS and SPRING_MONGODB_URI name yours
              --allow-remote-servers
                               permit servers of other machines; the services migrate their database and create an admin demo user
            """;

    private static final int MAX_INSTANCES = 20;

    static UpOptions parse(String... arguments) {
        boolean detach = false;
        boolean fresh = false;
        boolean servicesOnly = false;
        boolean allowRemoteServers = false;
        int publishers = 1;
        int projectors = 1;
        List<String> words = split(arguments);
        for (int at = 0; at < words.size(); at++) {
            switch (words.get(at)) {
                case "--detach" -> detach = true;
                case "--fresh" -> fresh = true;
                case "--services-only" -> servicesOnly = true;
                case "--allow-remote-servers" -> allowRemoteServers = true;
                case "--publishers" -> publishers = instances(words, ++at);
                case "--projectors" -> projectors = instances(words, ++at);
                default -> throw new UsageException("The option " + words.get(at) + " is unknown.\n" + USAGE);
            }
        }
        if (fresh && servicesOnly) {
            throw new UsageException(
                    "The option --fresh cannot be combined with --services-only, which starts no local servers.");
        }
        if (allowRemoteServers && !servicesOnly) {
            throw new UsageException("The option --allow-remote-servers needs --services-only.");
        }
        return new UpOptions(detach, fresh, servicesOnly, allowRemoteServers, publishers, projectors);
    }

    /** Returns the arguments that request the same stack in the foreground. */
    List<String> foregroundArguments() {
        List<String> words = new ArrayList<>();
        if (fresh) {
            words.add("--fresh");
        }
        if (servicesOnly) {
            words.add("--services-only");
        }
        if (allowRemoteServers) {
            words.add("--allow-remote-servers");
        }
        words.addAll(List.of("--publishers", "" + publishers, "--projectors", "" + projectors));
        return words;
    }

    private static List<String> split(String... arguments) {
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            words.addAll(List.of(argument.split("=", 2)));
        }
        return words;
    }

    private static int instances(List<String> words, int at) {
        String value = at < words.size() ? words.get(at) : "";
        if (!value.matches("\\d{1,2}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MAX_INSTANCES) {
            throw new UsageException("The value of " + words.get(at - 1) + " is '" + value
                    + "', but it must be a whole number from 1 to " + MAX_INSTANCES + ".\n" + USAGE);
        }
        return Integer.parseInt(value);
    }
}
