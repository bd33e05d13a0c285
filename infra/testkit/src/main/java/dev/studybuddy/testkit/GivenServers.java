package dev.studybuddy.testkit;

import java.util.Map;

/** Servers that somebody else runs, named by the standard environment variables or by ones for tests alone. */
record GivenServers(SqlServer sql, String kafka, String mongo) implements Servers {

    private static final String TEST_PREFIX = "STUDYBUDDY_TEST_";
    private static final String STANDARD_PREFIX = "SPRING_";

    static GivenServers fromEnvironment() {
        return from(System.getenv());
    }

    static GivenServers from(Map<String, String> environment) {
        return new GivenServers(
                new SqlServer(
                        required(environment, "DATASOURCE_URL"),
                        value(environment, "DATASOURCE_USERNAME", "root"),
                        value(environment, "DATASOURCE_PASSWORD", "")),
                required(environment, "KAFKA_BOOTSTRAP_SERVERS"),
                required(environment, "MONGODB_URI"));
    }

    @Override
    public FaultyServer ownSql() {
        throw notOurs();
    }

    @Override
    public FaultyServer ownKafka() {
        throw notOurs();
    }

    @Override
    public FaultyServer ownMongo() {
        throw notOurs();
    }

    private static UnsupportedOperationException notOurs() {
        return new UnsupportedOperationException("servers given by URL are not ours to stop");
    }

    private static String required(Map<String, String> environment, String name) {
        String value = value(environment, name, "");
        if (value.isBlank()) {
            throw new IllegalStateException(TestServers.MODE_PROPERTY + "=urls needs " + TEST_PREFIX + name + " or "
                    + STANDARD_PREFIX + name + " in the environment");
        }
        return value;
    }

    private static String value(Map<String, String> environment, String name, String otherwise) {
        return environment.getOrDefault(
                TEST_PREFIX + name, environment.getOrDefault(STANDARD_PREFIX + name, otherwise));
    }
}
