package dev.studybuddy.local.kafka;

import java.util.List;
import java.util.stream.Stream;

/** Converts the option that lists SCRAM users to the arguments of Kafka's formatter. */
final class ScramUsers {

    private ScramUsers() {}

    /**
     * Returns the formatter's arguments for a list such as {@code anna:secret,ben:secret}.
     *
     * @throws IllegalArgumentException if an entry has no password
     */
    static List<String> parse(String users) {
        return Stream.of(users.split(","))
                .filter(user -> !user.isEmpty())
                .map(ScramUsers::argument)
                .toList();
    }

    private static String argument(String user) {
        int colon = user.indexOf(':');
        if (colon < 1 || colon == user.length() - 1) {
            throw new IllegalArgumentException(
                    "--scram-users must be a list of <name>:<password>, separated by commas");
        }
        return "SCRAM-SHA-256=[name=" + user.substring(0, colon) + ",password=" + user.substring(colon + 1) + "]";
    }
}
