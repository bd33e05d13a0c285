package dev.studybuddy.testkit;

/** Where servers come from. Each is started when it is first asked for. */
sealed interface Servers permits EmbeddedServers, ContainerServers, GivenServers {

    /** The servers of a mode. */
    static Servers chosenBy(String mode) {
        return switch (mode) {
            case "embedded" -> new EmbeddedServers();
            case "containers" -> new ContainerServers();
            case "urls" -> GivenServers.fromEnvironment();
            default ->
                throw new IllegalArgumentException(
                        TestServers.MODE_PROPERTY + "=" + mode + ": it is embedded, containers or urls");
        };
    }

    SqlServer sql();

    /** Bootstrap servers. */
    String kafka();

    /** A MongoDB URI; its database doesn't matter. */
    String mongo();

    FaultyServer ownSql();

    FaultyServer ownKafka();

    FaultyServer ownMongo();
}
