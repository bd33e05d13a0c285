package dev.studybuddy.testkit;

/**
 * Provides the SQL server, the brokers and the MongoDB server of one mode. A mode that starts servers starts each one
 * at its first use.
 */
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

    /**
     * Starts an SQL server for one test.
     *
     * @throws UnsupportedOperationException if the servers are given by URL
     */
    ControllableServer startOwnSql();

    /** Starts a broker for one test, and fails like {@link #startOwnSql()}. */
    ControllableServer startOwnKafka();

    /** Starts a MongoDB server for one test, and fails like {@link #startOwnSql()}. */
    ControllableServer startOwnMongo();
}
