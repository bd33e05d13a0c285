package dev.studybuddy.testkit;

/** A source of servers starts each server at its first use. */
sealed interface Servers permits EmbeddedServers, ContainerServers, ExternalServers {

    /** Returns the servers of a mode. */
    static Servers chosenBy(String mode) {
        return switch (mode) {
            case "embedded" -> new EmbeddedServers();
            case "containers" -> new ContainerServers();
            case "urls" -> ExternalServers.fromEnvironment();
            default ->
                throw new IllegalArgumentException(
                        TestServers.MODE_PROPERTY + "=" + mode + " must be embedded, containers or urls");
        };
    }

    SqlServer sql();

    /** Returns the bootstrap servers. */
    String kafka();

    /** Returns a MongoDB URI with any database. */
    String mongo();

    ControllableServer startOwnSql();

    ControllableServer startOwnKafka();

    ControllableServer startOwnMongo();
}
