package dev.studybuddy.local.supervisor;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code infra/up} was asked for.
 *
 * @param detach return when all is healthy
 * @param fresh empty the data first
 * @param servicesOnly start no servers, use those that the environment names
 * @param publishers how many instances, from 1
 * @param projectors how many instances, from 1
 */
record UpOptions(boolean detach, boolean fresh, boolean servicesOnly, int publishers, int projectors) {

    static final String USAGE = """
            infra/up [--detach] [--fresh] [--publishers N] [--projectors N] [--services-only]
              --detach         return when everything is healthy; infra/down ends it
              --fresh          empty the data below .local/ first
              --publishers N   instances of outbox-publisher (default 1, at most 20)
              --projectors N   instances of mongo-projector (default 1, at most 20)
              --services-only  no servers: SPRING_DATASOURCE_URL, SPRING_KAFKA_BOOTSTRAP_SERVERS and SPRING_MONGODB_URI name them
            """;

    private static final int MOST_INSTANCES = 20;

    static UpOptions parse(String... arguments) {
        boolean detach = false;
        boolean fresh = false;
        boolean servicesOnly = false;
        int publishers = 1;
        int projectors = 1;
        List<String> words = split(arguments);
        for (int at = 0; at < words.size(); at++) {
            switch (words.get(at)) {
                case "--detach" -> detach = true;
                case "--fresh" -> fresh = true;
                case "--services-only" -> servicesOnly = true;
                case "--publishers" -> publishers = instances(words, ++at);
                case "--projectors" -> projectors = instances(words, ++at);
                default -> throw new UsageException("unknown option " + words.get(at) + "\n" + USAGE);
            }
        }
        if (fresh && servicesOnly) {
            throw new UsageException("--fresh empties the local servers' data, but --services-only has none");
        }
        return new UpOptions(detach, fresh, servicesOnly, publishers, projectors);
    }

    /** The words that ask for the same, in the foreground. */
    List<String> inForeground() {
        List<String> words = new ArrayList<>();
        if (fresh) {
            words.add("--fresh");
        }
        if (servicesOnly) {
            words.add("--services-only");
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
        if (!value.matches("\\d{1,2}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MOST_INSTANCES) {
            throw new UsageException(words.get(at - 1) + " " + value + ": a number from 1 to " + MOST_INSTANCES
                    + " is needed\n" + USAGE);
        }
        return Integer.parseInt(value);
    }
}
