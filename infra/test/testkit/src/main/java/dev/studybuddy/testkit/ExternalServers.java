package dev.studybuddy.testkit;

import java.util.Map;

/**
 * Provides servers that already run. Environment variables name their addresses. A variable with the prefix
 * {@code STUDYBUDDY_TEST_} overrides the one with the prefix {@code SPRING_}.
 */
record ExternalServers(SqlServer sql, String kafka, String mongo) implements Servers {

    private static final String TEST_PREFIX = "STUDYBUDDY_TEST_";
    private static final String STANDARD_PREFIX = "SPRING_";

    static ExternalServers fromEnvironment() {
        return from(System.getenv());
    }

    static ExternalServers from(Map<String, String> environment) {
        return new ExternalServers(
                new SqlServer(
                        required(environment, "DATASOURCE_URL"),
                        value(environment, "DATASOURCE_USERNAME", "root"),
                        value(environment, "DATASOURCE_PASSWORD", "")),
                required(environment, "KAFKA_BOOTSTRAP_SERVERS"),
                required(environment, "MONGODB_URI"));
    }

    @Override
    public ControllableServer startOwnSql() {
        throw notStoppable();
    }

    @Override
    public ControllableServer startOwnKafka() {
        throw notStoppable();
    }

    @Override
    public ControllableServer startOwnMongo() {
        throw notStoppable();
    }

    private static UnsupportedOperationException notStoppable() {
        return new UnsupportedOperationException("Tests cannot stop or restart servers that are given by URL");
    }

    private static String required(Map<String, String> environment, String name) {
        String value = value(environment, name, "");
        if (value.isBlank()) {
            throw new IllegalStateException(TestServers.MODE_PROPERTY + "=urls requires " + TEST_PREFIX + name + " or "
                    + STANDARD_PREFIX + name + " in the environment");
        }
        return value;
    }

    private static String value(Map<String, String> environment, String name, String defaultValue) {
        return environment.getOrDefault(
                TEST_PREFIX + name, environment.getOrDefault(STANDARD_PREFIX + name, defaultValue));
    }
}
