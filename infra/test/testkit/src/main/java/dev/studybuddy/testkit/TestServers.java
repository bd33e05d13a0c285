package dev.studybuddy.testkit;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Provides the servers that tests use. In the modes {@code embedded} and {@code containers}, each server starts at its
 * first use, once per JVM, is shared by all tests of the JVM, and ends with the JVM. In the mode {@code urls}, the
 * servers already run and continue after the tests. Several threads may use this class.
 */
public final class TestServers {

    /** This system property chooses the servers: {@code embedded} (the default), {@code containers} or {@code urls}. */
    public static final String MODE_PROPERTY = "studybuddy.servers";

    private static final DatabaseTemplates TEMPLATES = new DatabaseTemplates();

    private TestServers() {}

    /** Creates an empty SQL database, which is dropped when it is closed. */
    public static TestDatabase newDatabase() {
        return TestDatabase.create(ServersHolder.SERVERS.sql(), "t_" + random());
    }

    /**
     * Creates an SQL database with the tables of a schema, which is dropped when it is closed.
     *
     * @param schema the name of the schema, which determines the migration
     * @param migration creates the tables in an empty database; on an embedded server, it runs once per JVM
     */
    public static TestDatabase newDatabase(String schema, Consumer<DataSource> migration) {
        SqlServer server = ServersHolder.SERVERS.sql();
        if (ServersHolder.SERVERS instanceof EmbeddedServers) {
            return TestDatabase.copy(server, TEMPLATES.find(server, schema, migration), "t_" + random());
        }
        TestDatabase database = newDatabase();
        migration.accept(database.dataSource());
        return database;
    }

    /** Returns the address of a broker that does not create topics automatically. */
    public static String kafkaBootstrapServers() {
        return ServersHolder.SERVERS.kafka();
    }

    /** Returns a unique prefix for topics and groups, such as {@code t3f9a01c2.}. */
    public static String newTopicPrefix() {
        return "t" + random() + ".";
    }

    /** Creates a MongoDB database with a unique name, which is dropped when it is closed. */
    public static TestMongo newMongoDatabase() {
        return new TestMongo(ServersHolder.SERVERS.mongo(), "t_" + random());
    }

    /** Returns the vendor of the SQL server: {@code postgresql} or {@code cockroachdb}. */
    public static String vendor() {
        return ServersHolder.SERVERS.sql().vendor();
    }

    /**
     * Starts an SQL server for the caller alone, with an empty database {@code studybuddy} and the user {@code root}.
     * Its {@link ControllableServer#url()} is the JDBC URL.
     *
     * @throws UnsupportedOperationException if the servers are given by URL
     */
    public static ControllableServer startOwnSql() {
        return ServersHolder.SERVERS.startOwnSql();
    }

    /**
     * Starts a broker for the caller alone. Its {@link ControllableServer#url()} is the bootstrap address.
     *
     * @throws UnsupportedOperationException if the servers are given by URL
     */
    public static ControllableServer startOwnKafka() {
        return ServersHolder.SERVERS.startOwnKafka();
    }

    /**
     * Starts a MongoDB server for the caller alone. Its {@link ControllableServer#url()} is the URI with database
     * {@code studybuddy}.
     *
     * @throws UnsupportedOperationException if the servers are given by URL
     */
    public static ControllableServer startOwnMongo() {
        return ServersHolder.SERVERS.startOwnMongo();
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** Holds the servers of the chosen mode. The JVM loads this class, and thus reads the mode, at the first use. */
    private static final class ServersHolder {
        static final Servers SERVERS = Servers.chosenBy(System.getProperty(MODE_PROPERTY, "embedded"));
    }
}
